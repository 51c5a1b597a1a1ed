// A matrix in depth of one hue; every cell carries its figure.
import { hint, ink, label, number } from "./ink.js";

export function heat({ columns, rows, cells }) {
  const most = Math.max(1, ...cells.map(([, , value]) => value));
  const words = ([column, row, value]) => `${rows[row]}, ${columns[column]}: ${number(value)}`;
  const axis = (data) => ({ type: "category", data, axisLine: { show: false }, axisTick: { show: false }, axisLabel: label(12), splitArea: { show: false } });
  return {
    option: {
      grid: { left: 0, right: 0, top: 20, bottom: 0, containLabel: true },
      tooltip: hint(({ data }) => words(data)),
      xAxis: { ...axis(columns), position: "top" },
      yAxis: { ...axis(rows), inverse: true },
      visualMap: { show: false, min: 0, max: most, inRange: { color: [ink("color-base-200"), ink("viz-3")] } },
      series: [{
        type: "heatmap", data: cells, itemStyle: { borderColor: ink("color-base-100"), borderWidth: 2, borderRadius: 4 },
        label: { show: true, ...label(12, "ink"), formatter: ({ data }) => (data[2] ? number(data[2]) : "–") },
        emphasis: { itemStyle: { borderColor: ink("color-primary"), borderWidth: 2 } },
      }],
    },
    points: cells.map((cell, index) => ({ series: 0, index, words: words(cell), url: cell[3] })),
  };
}
