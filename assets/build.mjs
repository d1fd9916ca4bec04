// Builds portal/static from the sources in this folder and writes manifest.json. Run by `npm run build`.
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as esbuild from 'esbuild'
import * as sass from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const out = join(root, 'portal', 'static')
const outputs = []

function write (name, content) {
  mkdirSync(dirname(join(out, name)), { recursive: true })
  writeFileSync(join(out, name), content)
  outputs.push(name)
}

function copy (from, name) {
  mkdirSync(dirname(join(out, name)), { recursive: true })
  copyFileSync(from, join(out, name))
  outputs.push(name)
}

const css = sass.compile(join(here, 'scss', 'portal.scss'), {
  style: 'compressed',
  charset: false,
  loadPaths: [join(here, 'node_modules')],
  quietDeps: true
}).css
write('portal.css', css + '\n')

const banners = {
  'portal.js': '/* with govuk-frontend, see licences/ */',
  'picker.js': '/* with accessible-autocomplete and preact, see licences/ */',
  'letter.js': ''
}
for (const name of Object.keys(banners)) {
  const result = await esbuild.build({
    entryPoints: [join(here, 'js', name)],
    absWorkingDir: here,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2020',
    loader: { '.js': 'jsx' },
    define: { 'process.env.COMPONENT_LIBRARY': '"PREACT"', 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    banner: { js: banners[name] }
  })
  write(name, result.outputFiles[0].text)
}

const typeface = join(here, 'node_modules', '@fontsource-variable', 'commissioner')
for (const part of ['latin', 'latin-ext', 'cyrillic']) {
  copy(join(typeface, 'files', `commissioner-${part}-flar-normal.woff2`), `fonts/commissioner-${part}.woff2`)
}
copy(join(typeface, 'LICENSE'), 'fonts/OFL.txt')
copy(join(here, 'licences', 'govuk-frontend.txt'), 'licences/govuk-frontend.txt')
for (const name of ['accessible-autocomplete', 'preact']) {
  const folder = join(here, 'node_modules', name)
  copy(join(folder, readdirSync(folder).find((file) => file.startsWith('LICENSE'))), `licences/${name}.txt`)
}
for (const name of readdirSync(join(here, 'img')).sort()) {
  copy(join(here, 'img', name), `img/${name}`)
}

const digest = (path) => createHash('sha256').update(readFileSync(path)).digest('hex')
const walk = (folder) => readdirSync(folder).sort().flatMap((name) => {
  const path = join(folder, name)
  return statSync(path).isDirectory() ? walk(path) : [path]
})
const sources = ['build.mjs', 'build_map.mjs', 'map-projection.json', 'package.json', 'package-lock.json'].map((name) => join(here, name))
sources.push(...['scss', 'js', 'img', 'licences'].flatMap((name) => walk(join(here, name))))
const listed = (paths, base) => Object.fromEntries(paths.map((path) => [relative(base, path).replaceAll('\\', '/'), digest(path)]).sort())
writeFileSync(join(here, 'manifest.json'), JSON.stringify({
  sources: listed(sources, here),
  outputs: listed(outputs.map((name) => join(out, name)), out)
}, null, 2) + '\n')

for (const name of ['portal.css', ...Object.keys(banners)]) {
  const content = readFileSync(join(out, name))
  console.log(`${name}: ${(content.length / 1000).toFixed(1)} kB, ${(gzipSync(content).length / 1000).toFixed(1)} kB gzip`)
}
