// One account among its peers: a strip of dots, the middle as a dashed line, itself solid and named.
import { hint, ink, label, withUnit } from "./ink.js";

export function peers({ here, middle, values, unit, names = [], urls = [] }) {
  const all = [...values, here];
  const pad = (Math.max(...all) - Math.min(...all)) * 0.08 || 1;
  const named = (value, words, tone, type, weight) => ({ xAxis: value, lineStyle: { color: ink(tone), width: type ? 1 : 0, type: type ?? "solid" }, label: { ...label(12, tone, weight), formatter: words, position: "end", distance: 2 } });
  const words = (index) => `${names[index] ?? "A peer"}: ${withUnit(values[index], unit)}`;
  return {
    option: {
      grid: { left: 8, right: 8, top: 20, bottom: 18 },
      tooltip: hint(({ seriesIndex, dataIndex }) => (seriesIndex ? `Here: ${withUnit(here, unit)}` : words(dataIndex))),
      xAxis: { type: "value", min: Math.min(...all) - pad, max: Math.max(...all) + pad, splitNumber: 4, axisLine: { lineStyle: { color: ink("line-2") } }, splitLine: { show: false }, axisLabel: { ...label(11), showMinLabel: false, showMaxLabel: false, formatter: (value) => withUnit(value, unit) } },
      yAxis: { type: "value", show: false, min: 0, max: 1 },
      series: [
        { type: "scatter", symbolSize: 8, data: values.map((value) => [value, 0.4]), itemStyle: { color: ink("viz-3"), borderColor: ink("viz-2"), borderWidth: 1 }, emphasis: { scale: 1.4, itemStyle: { borderColor: ink("ink"), borderWidth: 2 } },
          markLine: { symbol: "none", silent: true, data: [named(middle, `middle ${withUnit(middle, unit)}`, "ink-3", [4, 3], 400)] } },
        { type: "scatter", symbolSize: 12, data: [[here, 0.4]], z: 5, itemStyle: { color: ink("viz-1"), borderColor: ink("color-base-100"), borderWidth: 1.5 },
          label: { show: true, position: "top", distance: 6, ...label(12, "ink", 600), formatter: withUnit(here, unit) } },
      ],
    },
    points: [{ series: 1, index: 0, words: `Here: ${withUnit(here, unit)}` }, ...values.map((_, index) => ({ series: 0, index, words: words(index), url: urls[index] }))],
  };
}
