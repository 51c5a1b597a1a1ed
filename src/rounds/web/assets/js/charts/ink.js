// The colours and the type of every picture, read from the page's custom properties at each drawing.

const style = () => getComputedStyle(document.documentElement);
export const ink = (name) => style().getPropertyValue(`--${name}`).trim();
export const font = () => getComputedStyle(document.body).fontFamily;

export const label = (size = 12, tone = "ink-3", weight = 400) => ({ color: ink(tone), fontFamily: font(), fontSize: size, fontWeight: weight });

/** A hint drawn on the canvas itself: rich text, so that no inline style is needed. */
export const hint = (formatter) => ({
  renderMode: "richText", trigger: "item", backgroundColor: ink("color-neutral"), borderWidth: 0, padding: [6, 10], confine: true,
  textStyle: { color: ink("color-neutral-content"), fontSize: 12, lineHeight: 17, fontFamily: font() }, formatter,
});

export const number = (value, digits = 1) => {
  const said = Math.abs(value).toLocaleString("en-US", { maximumFractionDigits: digits });
  return (value < 0 && said !== "0" ? "−" : "") + said;
};
export const withUnit = (value, unit = "") => number(value) + (unit ? `\u2009${unit}` : "");
