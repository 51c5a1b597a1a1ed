// Bars from zero, labelled in place, the largest in the accent's depth.
import { hint, ink, label, withUnit } from "./ink.js";

const says = (row, unit) => row.says ?? withUnit(row.value, unit); // a row may bring its own words

export function bars({ rows, unit }) {
  return {
    option: {
      grid: { left: 0, right: 56, top: 2, bottom: 2, containLabel: true },
      tooltip: hint(({ dataIndex }) => `${rows[dataIndex].label}\n${says(rows[dataIndex], unit)}`),
      xAxis: { type: "value", show: false, min: (range) => Math.min(0, range.min) },
      yAxis: { type: "category", inverse: true, data: rows.map((row) => row.label), axisLine: { show: false }, axisTick: { show: false }, axisLabel: { ...label(12, "ink-2"), width: 140, overflow: "truncate" } },
      series: [{
        type: "bar", barMaxWidth: 12, data: rows.map((row) => ({ value: row.value, itemStyle: { color: ink(row.quiet ? "viz-grey" : "viz-1") } })),
        itemStyle: { borderRadius: 2 },
        emphasis: { itemStyle: { borderColor: ink("ink"), borderWidth: 1.5 } },
        label: { show: true, position: "right", ...label(12, "ink", 500), formatter: ({ dataIndex }) => says(rows[dataIndex], unit) },
      }],
    },
    points: rows.map((row, index) => ({ series: 0, index, words: `${row.label}: ${says(row, unit)}`, url: row.url })),
  };
}
