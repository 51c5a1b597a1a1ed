// Saves a picture as a PNG file: its title above and what it rests on below, so that it explains itself on a slide.
import { font, ink } from "./ink.js";

const SHARP = 2; // pixels of the file for each of the screen
const [PAD, LINE] = [16, 22];

/** `text` in lines of at most `wide` pixels. */
function lines(pen, text, wide) {
  const found = [""];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = found.at(-1) ? `${found.at(-1)} ${word}` : word;
    if (!found.at(-1) || pen.measureText(longer).width <= wide) found[found.length - 1] = longer;
    else found.push(word);
  }
  return found;
}

function put(pen, said, top) {
  said.forEach((line, place) => pen.fillText(line, PAD, top + LINE * place));
  return top + LINE * said.length;
}

/** What is drawn, between its words, on a canvas of its own. */
function framed(chart, title, below) {
  const drawn = chart.renderToCanvas({ pixelRatio: SHARP, backgroundColor: ink("color-base-100") });
  const [wide, high] = [drawn.width / SHARP, drawn.height / SHARP];
  const sheet = document.createElement("canvas");
  const pen = sheet.getContext("2d");
  const faces = [`600 15px ${font()}`, `400 12px ${font()}`];
  const said = [title, below].map((text, place) => {
    pen.font = faces[place];
    return lines(pen, text, wide);
  });
  const head = PAD + LINE * said[0].length;
  sheet.width = (wide + 2 * PAD) * SHARP;
  sheet.height = (head + high + PAD + LINE * said[1].length) * SHARP;
  pen.scale(SHARP, SHARP);
  pen.textBaseline = "top";
  pen.fillStyle = ink("color-base-100");
  pen.fillRect(0, 0, sheet.width, sheet.height);
  [pen.font, pen.fillStyle] = [faces[0], ink("ink")];
  put(pen, said[0], PAD);
  pen.drawImage(drawn, PAD, head, wide, high);
  [pen.font, pen.fillStyle] = [faces[1], ink("ink-2")];
  put(pen, said[1], head + high + 4);
  return sheet;
}

/** Hands the picture to the browser as `title`.png; the name of the file. A blob of this page: nothing is fetched or sent. */
export async function save(chart, title, below) {
  const today = new Date().toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
  const sheet = framed(chart, title, [below, `saved ${today}`].filter(Boolean).join(", "));
  const blob = await new Promise((done) => sheet.toBlob(done, "image/png"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${title.replace(/[/\\:*?"<>|\s]+/g, " ").trim()}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return link.download;
}
