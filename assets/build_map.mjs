// Draws img/map.svg, the base map of the landing page and the reports, and map-projection.json, which tells Python
// where a place falls on it. Run by `npm run map`; then build.
//
// The source data draws Crimea inside Russia. Crimea is Ukraine: its polygon is cut out of 643 and joined to 804.
// A test in tests/test_assets.py looks for Simferopol, Donetsk and Luhansk inside the path of Ukraine.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { geoConicConformal, geoContains, geoPath } from 'd3-geo'
import { feature, merge, mergeArcs } from 'topojson-client'
import { presimplify, simplify } from 'topojson-simplify'

const here = dirname(fileURLToPath(import.meta.url))
const WIDTH = 1040
const HEIGHT = 480
const SIMFEROPOL = [34.1, 44.95]
const world = JSON.parse(readFileSync(join(here, 'node_modules', 'world-atlas', 'countries-50m.json'), 'utf8'))

const country = (topology, id) => topology.objects.countries.geometries.find((geometry) => geometry.id === id)
const polygons = (geometry) => geometry.type === 'Polygon' ? [geometry.arcs] : geometry.arcs

function giveCrimeaBack (topology) {
  const russia = country(topology, '643')
  const ukraine = country(topology, '804')
  const isCrimea = (arcs) => geoContains(feature(topology, { type: 'Polygon', arcs }), SIMFEROPOL)
  const crimea = polygons(russia).filter(isCrimea)
  if (crimea.length !== 1) throw new Error('Expected exactly one polygon of country 643 to hold Simferopol.')
  russia.type = 'MultiPolygon'
  russia.arcs = polygons(russia).filter((arcs) => !isCrimea(arcs))
  const whole = mergeArcs(topology, [ukraine, { type: 'Polygon', arcs: crimea[0] }])
  ukraine.type = whole.type
  ukraine.arcs = whole.arcs
}

giveCrimeaBack(world)
const light = simplify(presimplify(world), 0.002)
const projection = geoConicConformal().parallels([46, 58]).rotate([-16, 0])
const pair = { type: 'FeatureCollection', features: [feature(light, country(light, '826')), feature(light, country(light, '804'))] }
projection.fitExtent([[96, 10], [WIDTH - 92, HEIGHT - 46]], pair)
const round = (number, places) => Number(number.toFixed(places))
projection.scale(round(projection.scale(), 2)).translate(projection.translate().map((number) => round(number, 2)))
projection.clipExtent([[-2, -2], [WIDTH + 2, HEIGHT + 2]])

const draw = geoPath(projection).digits(1)
const others = light.objects.countries.geometries.filter(({ id }) => id !== '826' && id !== '804')
const land = draw(merge(light, others))
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}">` +
  `<path fill="#07245a" d="M0 0h${WIDTH}v${HEIGHT}H0z"/>` +
  `<path id="land" fill="#14397c" d="${land}"/>` +
  `<path id="britain" fill="#2f66bd" d="${draw(feature(light, country(light, '826')))}"/>` +
  `<path id="ukraine" fill="#2f66bd" d="${draw(feature(light, country(light, '804')))}"/></svg>\n`
writeFileSync(join(here, 'img', 'map.svg'), svg)
writeFileSync(join(here, 'map-projection.json'), JSON.stringify({
  projection: 'Lambert conformal conic',
  parallels: [46, 58],
  rotate: -16,
  scale: projection.scale(),
  translate: projection.translate(),
  viewBox: [0, 0, WIDTH, HEIGHT]
}, null, 2) + '\n')
console.log(`map.svg: ${(svg.length / 1000).toFixed(1)} kB`)
