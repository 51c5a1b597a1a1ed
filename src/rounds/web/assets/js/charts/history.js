// A score over time: steps, because a score stands until it changes; its range as a band; the band floors dashed.
import { hint, ink, label, number } from "./ink.js";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const day = (text) => `${new Date(text).getDate()} ${MONTHS[new Date(text).getMonth()]}`;

export function history({ points, cuts = [] }) {
  const says = (point) => `${day(point.day)}: ${number(point.score)}${point.low == null ? "" : `, ${number(point.low)}–${number(point.high)} once known`}`;
  const ranged = points.some((point) => point.low != null);
  const band = ranged ? [
    { type: "line", step: "end", stack: "range", symbol: "none", silent: true, lineStyle: { width: 0 }, data: points.map((p) => [p.day, p.low ?? p.score]) },
    { type: "line", step: "end", stack: "range", symbol: "none", silent: true, lineStyle: { width: 0 }, areaStyle: { color: ink("viz-3"), opacity: 0.5 }, data: points.map((p) => [p.day, (p.high ?? p.score) - (p.low ?? p.score)]) },
  ] : [];
  const line = {
    type: "line", step: "end", data: points.map((p) => [p.day, p.score]), symbol: "circle", symbolSize: 6,
    lineStyle: { color: ink("viz-1"), width: 1.75 }, itemStyle: { color: ink("viz-1"), borderColor: ink("color-base-100"), borderWidth: 1.5 },
    emphasis: { scale: 1.6, itemStyle: { color: ink("viz-1"), borderColor: ink("ink"), borderWidth: 2 } },
    markLine: { symbol: "none", silent: true, data: cuts.map((y) => ({ yAxis: y })), lineStyle: { color: ink("line-control"), width: 1, type: [3, 3] }, label: { ...label(11), position: "end", formatter: "{c}" } },
  };
  return {
    option: {
      grid: { left: 2, right: 24, top: 8, bottom: 20 },
      tooltip: hint(({ dataIndex }) => says(points[dataIndex])),
      xAxis: { type: "time", axisLine: { lineStyle: { color: ink("line-2") } }, axisTick: { show: false }, splitNumber: 3, axisLabel: { ...label(11), formatter: day, hideOverlap: true } },
      yAxis: { type: "value", show: false, min: 0, max: 100 },
      series: [...band, line],
    },
    points: points.map((point, index) => ({ series: band.length, index, words: says(point), url: point.url })),
  };
}
