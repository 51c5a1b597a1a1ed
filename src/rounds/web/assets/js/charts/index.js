// Draws every [data-chart]: reads its data, hands it to the picture of its kind, draws it again when the theme
// changes, and lets the arrow keys walk its points.
import * as echarts from "echarts/core";
import { BarChart, CustomChart, HeatmapChart, LineChart, MapChart, ScatterChart } from "echarts/charts";
import { GeoComponent, GridComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { bars } from "./bars.js";
import { heat } from "./heat.js";
import { history } from "./history.js";
import { marketMap } from "./map.js";
import { peers } from "./peers.js";
import { save } from "./save.js";
import { statesMap } from "./states.js";
import { trend } from "./trend.js";
import { walk } from "./walk.js";

// Canvas only: the SVG renderer writes style attributes, which the content policy forbids.
echarts.use([BarChart, CustomChart, HeatmapChart, LineChart, MapChart, ScatterChart, GeoComponent, GridComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

/** kind → (data, mode) => {option, points: [{series, index, words, url}]} */
const pictures = { "market-map": marketMap, "states-map": statesMap, bars, heat, history, peers, trend };
const drawn = new Map(); // element → {chart, data, mode}

async function read(element) {
  const { from, src } = element.dataset;
  if (from) return JSON.parse(document.getElementById(from).textContent);
  const answer = await fetch(src, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function paint(element) {
  const state = drawn.get(element);
  if (!state || element.clientWidth === 0) return;
  const { option, points } = pictures[element.dataset.chart](state.data, state.mode, element);
  state.chart ??= echarts.init(element, null, { renderer: "canvas" });
  state.chart.setOption({ animation: false, ...option }, true);
  state.points = points;
}

/** Draws `element` once; later calls do nothing. */
export async function draw(element) {
  if (drawn.has(element) || !(element.dataset.chart in pictures)) return;
  drawn.set(element, { data: null, mode: element.dataset.mode });
  try {
    drawn.get(element).data = await read(element);
  } catch {
    element.textContent = "The picture cannot be drawn now. The table holds the same.";
    return;
  }
  await document.fonts.ready;
  paint(element);
  const button = element.parentElement.querySelector("[data-png]");
  if (button) button.hidden = false;
  walk(element, () => drawn.get(element));
  new ResizeObserver(() => {
    drawn.get(element)?.chart?.resize();
    paint(element);
  }).observe(element);
}

/** Draws everything again in the colours of the present theme. */
export function redraw() {
  for (const element of [...drawn.keys()]) {
    if (element.isConnected) paint(element);
    else {
      drawn.get(element).chart?.dispose();
      drawn.delete(element);
    }
  }
}

/** Switches what a picture shows ("tier", "fit", …). */
export function mode(element, chosen) {
  const state = drawn.get(element);
  if (!state) return;
  state.mode = element.dataset.mode = chosen;
  paint(element);
  element.dispatchEvent(new CustomEvent("rounds:mode", { bubbles: true, detail: chosen }));
}

/** What a picture with several readings shows now, and the words of its legend: they stand outside it. */
function shown(element) {
  const of = (rest) => (element.id ? document.querySelector(rest) : null);
  const word = of(`[data-modes="${element.id}"] [aria-pressed="true"]`)?.textContent.trim();
  const legend = of(`[data-legend="${element.id}"]:not([hidden])`);
  return { word, legend: [...(legend?.children ?? [])].map((each) => each.textContent.trim().replace(/\s+/g, " ")).join(", ") };
}

/** Saves the picture of `element` as a PNG file; the file's name, "" where nothing is drawn. */
export async function png(element, { png: title, below = "" }) {
  const { chart } = drawn.get(element) ?? {};
  const { word, legend } = shown(element);
  return chart ? save(chart, word ? `${title} by ${word.toLowerCase()}` : title, [legend, below].filter(Boolean).join("; ")) : "";
}
