// The country by territory: neighbours differ in depth, each territory carries its name once, moved states a heavy edge.
import * as echarts from "echarts/core";
import { geoPath } from "d3-geo";
import { feature } from "topojson-client";
import atlas from "us-atlas/states-albers-10m.json";
import { hint, ink } from "./ink.js";

const SHAPE = 1.58; // width by height of the country in this projection
const land = feature(atlas, atlas.objects.states);
const middle = Object.fromEntries(land.features.map((one) => [one.properties.name, geoPath().centroid(one)]));

/** data: {states: [[name, territory or "", moved]], territories: [name], url} */
export function statesMap(data, mode, element) {
  if (!echarts.getMap("usa")) echarts.registerMap("usa", land);
  const depth = (territory) => [0.9, 0.42, 0.66, 0.24, 0.54, 0.78][data.territories.indexOf(territory) % 6];
  const tint = (territory) => (territory ? { areaColor: ink("viz-2"), opacity: depth(territory) } : { areaColor: ink("viz-land") });
  const shown = data.states.filter(([name]) => middle[name]);
  const labels = data.territories.map((territory) => {
    const at = shown.filter((one) => one[1] === territory).map(([name]) => middle[name]).filter(([x]) => !Number.isNaN(x)).sort((a, b) => a[0] - b[0]);
    const ys = at.map((one) => one[1]).sort((a, b) => a - b);
    return at.length ? { name: territory, value: [at[at.length >> 1][0], ys[ys.length >> 1]] } : null;
  });
  return {
    option: {
      tooltip: hint(({ name }) => { const one = data.states.find(([state]) => state === name); return one ? `${name}\n${one[1] || "No territory"}${one[2] ? ", moved" : ""}` : name; }),
      geo: {
        map: "usa", layoutCenter: ["50%", "50%"], layoutSize: Math.min(element.clientWidth, element.clientHeight * SHAPE), roam: false,
        projection: { project: (p) => p, unproject: (p) => p }, emphasis: { label: { show: false }, itemStyle: { areaColor: ink("viz-1") } },
        itemStyle: { areaColor: ink("viz-land"), borderColor: ink("color-base-100"), borderWidth: 1 },
        regions: shown.map(([name, territory, moved]) => ({ name, itemStyle: { ...tint(territory), ...(moved ? { borderColor: ink("ink"), borderWidth: 2.5 } : {}) } })),
      },
      series: [{
        type: "scatter", coordinateSystem: "geo", symbolSize: 1, silent: true, z: 30, data: labels.filter(Boolean),
        label: { show: true, formatter: "{b}", color: ink("ink"), fontSize: 13, fontWeight: 600, textBorderColor: ink("color-base-100"), textBorderWidth: 3 },
      }],
    },
    points: [],
  };
}
