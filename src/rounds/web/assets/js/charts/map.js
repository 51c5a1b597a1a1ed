// The market map: states as quiet land, units as dots. Depth *and* size say what matters; grey is the rest.
import * as echarts from "echarts/core";
import { geoAlbersUsa } from "d3-geo";
import { feature } from "topojson-client";
import atlas from "us-atlas/states-albers-10m.json";
import { hint, ink } from "./ink.js";

const albers = geoAlbersUsa().scale(1300).translate([487.5, 305]); // the projection us-atlas was drawn in
const [X, Y, TIER, FIT, WINDOW, TERRITORY, NAME, URL] = [0, 1, 2, 3, 4, 5, 6, 7];
const SHAPE = 1.58; // width by height of the country in this projection
const QUIET = 1; // dots of the rest are not pointed at

/** Layers of a mode, the quiet one first: {says, has(unit), size, colour, opacity}. */
const layers = {
  tier: () => [
    { says: "No tier", has: (u) => !u[TIER], size: 3, colour: ink("viz-grey"), opacity: 0.75 },
    { says: "Tier 3", has: (u) => u[TIER] === 3, size: 4.5, colour: ink("viz-2"), opacity: 0.55 },
    { says: "Tier 2", has: (u) => u[TIER] === 2, size: 7, colour: ink("viz-2"), opacity: 1 },
    { says: "Tier 1", has: (u) => u[TIER] === 1, size: 9.5, colour: ink("viz-1"), opacity: 1 },
  ],
  fit: () => [
    { says: "Fit D or unknown", has: (u) => !"ABC".includes(u[FIT] ?? "D"), size: 3, colour: ink("viz-grey"), opacity: 0.75 },
    { says: "Fit C", has: (u) => u[FIT] === "C", size: 4.5, colour: ink("viz-2"), opacity: 0.5 },
    { says: "Fit B", has: (u) => u[FIT] === "B", size: 6, colour: ink("viz-2"), opacity: 1 },
    { says: "Fit A", has: (u) => u[FIT] === "A", size: 8, colour: ink("viz-1"), opacity: 1 },
  ],
  window: () => [
    { says: "Later, or year-end unknown", has: (u) => ![0, 1].includes(u[WINDOW]), size: 3, colour: ink("viz-grey"), opacity: 0.75 },
    { says: "Opens in 90 days", has: (u) => u[WINDOW] === 1, size: 5.5, colour: ink("viz-2"), opacity: 0.9 },
    { says: "Open now", has: (u) => u[WINDOW] === 0, size: 8, colour: ink("viz-1"), opacity: 1 },
  ],
  territory: (codes) => {
    // Neighbours differ in depth and in shape, and each carries its code: never by colour alone.
    const shapes = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"];
    const depths = ["viz-1", "viz-2", "ink-2", "viz-grey", "viz-1", "viz-2"];
    return [
      { says: "No territory", has: (u) => !codes.includes(u[TERRITORY]), size: 3, colour: ink("viz-grey"), opacity: 0.75 },
      ...codes.map((code, n) => ({
        says: code, has: (u) => u[TERRITORY] === code, size: 5.5, shape: shapes[n % shapes.length], colour: ink(depths[n % depths.length]), opacity: 0.9, named: true,
      })),
    ];
  },
};

const middle = (units, column) => units.map((u) => u[column]).sort((a, b) => a - b)[units.length >> 1];

function series(layer, units, level) {
  return {
    type: "scatter", coordinateSystem: "geo", symbol: layer.shape ?? "circle", symbolSize: layer.size, silent: level < QUIET, z: 10 + level,
    data: units.map((u) => ({ name: u[NAME], value: [u[X], u[Y]] })),
    itemStyle: { color: layer.colour, opacity: layer.opacity, borderColor: ink("color-base-100"), borderWidth: layer.size > 6 ? 1 : 0 },
    emphasis: { scale: 1.5, itemStyle: { borderColor: ink("ink"), borderWidth: 2, opacity: 1 } },
  };
}

function names(layer, units, level) {
  return {
    type: "scatter", coordinateSystem: "geo", symbolSize: 1, silent: true, z: 30 + level,
    data: [{ value: [middle(units, X), middle(units, Y)] }],
    label: { show: true, formatter: layer.says, color: ink("ink"), fontSize: 13, fontWeight: 600, textBorderColor: ink("color-base-100"), textBorderWidth: 3 },
  };
}

function projected(data) {
  if (!data.lonlat || data.placed) return data.units;
  data.units = data.units.map((u) => [...(albers([u[X], u[Y]]) ?? [NaN, NaN]), ...u.slice(2)]).filter((u) => !Number.isNaN(u[X]));
  data.placed = true;
  return data.units;
}

export function marketMap(data, mode = "tier", element) {
  if (!echarts.getMap("usa")) echarts.registerMap("usa", feature(atlas, atlas.objects.states));
  const units = projected(data);
  const found = (layers[mode] ?? layers.tier)(data.territories ?? []).map((layer) => ({ ...layer, units: units.filter(layer.has) }));
  const drawn = found.map((layer, level) => series(layer, layer.units, level));
  const labels = found.filter((layer) => layer.named && layer.units.length).map((layer, n) => names(layer, layer.units, n));
  // The arrow keys walk what matters most first: the last layer, from west to east.
  const points = found.flatMap((layer, level) => (level < QUIET ? [] : layer.units.map((u, index) => ({ level, series: level, index, x: u[X], words: `${u[NAME]}, ${layer.says}`, url: u[URL] }))));
  points.sort((a, b) => b.level - a.level || a.x - b.x);
  return {
    option: {
      tooltip: hint(({ seriesIndex, name }) => (name ? `${name}\n${found[seriesIndex]?.says ?? ""}` : "")),
      geo: {
        map: "usa", layoutCenter: ["50%", "50%"], layoutSize: Math.min(element.clientWidth, element.clientHeight * SHAPE), roam: false, silent: true,
        projection: { project: (p) => p, unproject: (p) => p },
        itemStyle: { areaColor: ink("viz-land"), borderColor: ink("color-base-100"), borderWidth: 1 },
      },
      series: [...drawn, ...labels],
    },
    points,
  };
}
