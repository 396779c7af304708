/**
 * A report as one page of HTML that needs nothing else: no script, no font, no picture. It can be read aloud, searched,
 * printed and archived.
 *
 * @since 0.1.0
 */
import { plain } from "../Table.ts"
import type { Content, Section } from "./Content.ts"

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

const escaped = (text: string): string => plain(text).replace(/[&<>"']/g, (character) => entities[character] ?? "")

const style = `
:root { color-scheme: light; }
body { font: 14px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 2rem auto; max-width: 90rem; padding: 0 1.5rem; }
th[scope="row"] { white-space: nowrap; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .4rem 0; max-width: 50rem; }
.verdict { display: inline-block; padding: .35rem .7rem; border: 2px solid; border-radius: 4px; font-weight: 600; }
.matched { color: #14662b; } .broken { color: #a3161a; } .incomplete { color: #8a5300; }
.wide { overflow-x: auto; font-size: 12.5px; }
.wide th, .wide td { padding: .25rem .45rem; }
table { border-collapse: collapse; margin: .6rem 0; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid #d5d5d5; text-align: left; vertical-align: top; overflow-wrap: break-word; }
thead th { border-bottom: 2px solid #555; white-space: nowrap; }
.amount { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.break { background: #fdecec; font-weight: 600; }
.facts th { font-weight: 400; color: #555; white-space: nowrap; }
.facts td { font-variant-numeric: tabular-nums; }
[aria-label="Signatures"] td { min-width: 11rem; height: 2.2rem; border-bottom: 1px solid #555; }
@page { size: A4 landscape; margin: 12mm; }
@media print {
  body { font-size: 8.5pt; margin: 0; max-width: none; padding: 0; }
  .wide { overflow: visible; font-size: 7pt; }
  .wide th, .wide td, th, td { padding: .12rem .3rem; }
  thead { display: table-header-group; }
  tr, .verdict { break-inside: avoid; }
  h1 { font-size: 14pt; }
  h2, section p { break-after: avoid; }
}
`

const table = ({ columns, heading, rows }: Section): string => {
  const of = (index: number): string => (columns[index]?.amount === true ? ' class="amount"' : "")
  const head = columns.map((column, index) => `<th scope="col"${of(index)}>${escaped(column.heading)}</th>`).join("")
  const body = rows.map((cells) => {
    const marked = cells[1] === "break" ? ' class="break"' : ""
    const [first = "", ...others] = cells
    const rest = others.map((cell, index) => `<td${of(index + 1)}>${escaped(cell)}</td>`).join("")
    return `<tr${marked}><th scope="row">${escaped(first)}</th>${rest}</tr>\n`
  })
  return `<div class="wide"><table aria-label="${escaped(heading)}">
<thead><tr>${head}</tr></thead>
<tbody>
${body.join("")}</tbody>
</table></div>
`
}

const section = (part: Section): string =>
  `<section>
<h2>${escaped(part.heading)}</h2>
${part.paragraphs.map((text) => `<p>${escaped(text)}</p>\n`).join("")}${part.rows.length === 0 ? "" : table(part)}</section>
`

/**
 * Renders a report.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = ({ facts, sections, status, title, verdict }: Content): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p class="verdict ${status}">${status}: ${escaped(verdict)}</p>
<table class="facts" aria-label="About this report">
<tbody>
${facts.map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>\n`).join("")}</tbody>
</table>
${sections.map(section).join("")}</main>
</body>
</html>
`
