// Builds everything the browser loads into static/build/: app.css, app.js, charts.js, fonts, icons.svg.
// Run by `npm run build`; `--watch` rebuilds on change. Works without any package's install script.
import { spawn } from "node:child_process";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { sprite } from "./sprite.js";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../../../..");
const modules = join(root, "node_modules");
const watch = process.argv.includes("--watch");
const place = resolve(here, "../static/build");
/** Built beside the place and moved there whole, so that a running server never finds half a build. */
const out = watch ? place : `${place}.${process.pid}`;

/** The subsets our English pages need; other scripts fall back to the system's font. */
const fonts = ["latin", "latin-ext"].map((subset) => `inter-${subset}-opsz-normal.woff2`);

async function copyFonts() {
  await mkdir(join(out, "fonts"), { recursive: true });
  const from = join(modules, "@fontsource-variable/inter");
  await Promise.all(fonts.map((file) => copyFile(join(from, "files", file), join(out, "fonts", file))));
  await copyFile(join(from, "LICENSE"), join(out, "fonts", "LICENSE.txt"));
}

/** Tailwind's own CLI, as a child process, so that it runs beside esbuild on the second core. */
function css() {
  const cli = join(modules, "@tailwindcss/cli/dist/index.mjs");
  const args = [cli, "-i", join(here, "css/app.css"), "-o", join(out, "app.css"), "--minify"];
  if (watch) args.push("--watch=always");
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (part) => (said += part));
    child.on("exit", (code) => (code === 0 ? done() : fail(new Error(`Tailwind ended with ${code}:\n${said}`))));
  });
}

const scripts = {
  entryPoints: { app: join(here, "js/app.js"), charts: join(here, "js/charts/index.js") },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "linked",
  logLevel: "warning",
};

async function js() {
  if (!watch) return void (await esbuild.build(scripts));
  const context = await esbuild.context(scripts);
  await context.watch();
}

const started = performance.now();
await mkdir(out, { recursive: true });
const icons = sprite(here, modules).then((text) => writeFile(join(out, "icons.svg"), text));
const styles = css();
await Promise.all([copyFonts(), icons, js()]);
if (watch) console.log("Watching; Ctrl+C ends.");
await styles;
if (!watch) {
  await rm(place, { recursive: true, force: true });
  await rename(out, place);
}
const size = async (file) => `${file} ${Math.round((await readFile(join(place, file))).length / 1024)} kB`;
const sizes = await Promise.all(["app.css", "app.js", "charts.js", "icons.svg"].map(size));
console.log(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s: ${sizes.join(", ")}`);
