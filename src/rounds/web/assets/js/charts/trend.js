// A number by period: a line with a gap where there is none, what was told then as a hollow dot, its targets dashed.
import { hint, ink, label } from "./ink.js";

export function trend({ points, marks = [] }) {
  const words = (point) => `${point.label}: ${point.says}${point.told == null ? "" : `, told then ${point.told_says}`}`;
  const known = [...points.flatMap((point) => [point.value, point.told]), ...marks.map((mark) => mark.value)].filter((value) => value != null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const room = (high - low) * 0.15 || Math.abs(high) * 0.15 || 1;
  const floor = low >= 0 ? Math.max(0, low - room) : low - room;
  return {
    option: {
      grid: { left: 8, right: 64, top: 18, bottom: 22 },
      tooltip: hint(({ dataIndex }) => words(points[dataIndex])),
      xAxis: { type: "category", data: points.map((point) => point.label), boundaryGap: true, axisLine: { lineStyle: { color: ink("line-2") } }, axisTick: { show: false }, axisLabel: { ...label(11), hideOverlap: true } },
      yAxis: { type: "value", show: false, min: floor, max: high + room },
      series: [
        { type: "line", data: points.map((point) => point.value), connectNulls: false, symbol: "circle", symbolSize: 7,
          lineStyle: { color: ink("viz-1"), width: 1.75 }, itemStyle: { color: ink("viz-1"), borderColor: ink("color-base-100"), borderWidth: 1.5 },
          emphasis: { scale: 1.5, itemStyle: { borderColor: ink("ink"), borderWidth: 2 } },
          label: { show: true, position: "top", ...label(11, "ink", 500), formatter: ({ dataIndex }) => (points[dataIndex].value == null ? "" : points[dataIndex].says) },
          labelLayout: { hideOverlap: true },
          markLine: { symbol: "none", silent: true, data: marks.map((mark) => ({ yAxis: mark.value, name: mark.says })), lineStyle: { color: ink("line-control"), width: 1, type: [3, 3] }, label: { ...label(11), position: "end", formatter: "{b}" } } },
        { type: "scatter", data: points.map((point) => point.told), symbol: "emptyCircle", symbolSize: 9, itemStyle: { color: ink("ink-2"), borderColor: ink("ink-2"), borderWidth: 1.5 } },
      ],
    },
    points: points.flatMap((point, index) => (point.value == null ? [] : [{ series: 0, index, words: words(point), url: point.url }])),
  };
}
