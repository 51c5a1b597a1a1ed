// Arrow keys walk the points of a picture: the hint shows, the words are read aloud, Enter opens the point's page.

export function walk(element, state) {
  let at = -1;
  const said = element.parentElement.querySelector("[data-chart-said]");

  function go(to) {
    const { chart, points } = state();
    if (!points?.length) return;
    const old = points[at];
    if (old) chart.dispatchAction({ type: "downplay", seriesIndex: old.series, dataIndex: old.index });
    at = (to + points.length) % points.length;
    const now = points[at];
    chart.dispatchAction({ type: "highlight", seriesIndex: now.series, dataIndex: now.index });
    chart.dispatchAction({ type: "showTip", seriesIndex: now.series, dataIndex: now.index });
    if (said) said.textContent = `${now.words}, ${at + 1} of ${points.length}`;
  }

  function leave() {
    const { chart, points } = state();
    if (points?.[at]) chart.dispatchAction({ type: "downplay", seriesIndex: points[at].series, dataIndex: points[at].index });
    chart?.dispatchAction({ type: "hideTip" });
    at = -1;
  }

  element.addEventListener("keydown", (event) => {
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) go(to);
    else if (event.key === "Enter" && state().points?.[at]?.url) location.assign(state().points[at].url);
    else if (event.key === "Escape") leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  element.addEventListener("blur", leave);

  const { chart } = state();
  chart?.on("click", ({ seriesIndex, dataIndex }) => {
    const found = state().points.find((point) => point.series === seriesIndex && point.index === dataIndex);
    if (found?.url) location.assign(found.url);
  });
}
