// One SVG file with a <symbol> for each icon the pages use: those named in icons.txt (icons chosen in Python or
// in data) and those found in the templates as {% icon "name" %} or icon="name". An unknown name stops the build.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const used = /\{%\s*icon\s+"([a-z0-9-]+)"|\bicon="([a-z0-9-]+)"/g;

async function templates(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile() && e.name.endsWith(".html")).map((e) => join(e.parentPath ?? e.path, e.name));
}

async function names(here) {
  const listed = (await readFile(join(here, "icons.txt"), "utf8")).split("\n");
  const found = new Set(listed.map((line) => line.replace(/#.*/, "").trim()).filter(Boolean));
  for (const file of await templates(join(here, "../templates"))) {
    for (const [, tag, attribute] of (await readFile(file, "utf8")).matchAll(used)) found.add(tag ?? attribute);
  }
  return [...found].sort();
}

async function symbol(name, folder) {
  const svg = await readFile(join(folder, `${name}.svg`), "utf8").catch(() => {
    throw new Error(`There is no lucide icon "${name}". See node_modules/lucide-static/icons for the names.`);
  });
  const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s*\n\s*/g, "");
  const pen = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${pen}>${inner}</symbol>`;
}

/** The sprite's text: about 300 bytes an icon. Icons: lucide, ISC licence. */
export async function sprite(here, modules) {
  const folder = join(modules, "lucide-static/icons");
  const symbols = await Promise.all((await names(here)).map((name) => symbol(name, folder)));
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- lucide, ISC -->${symbols.join("\n")}</svg>\n`;
}
