/** The page's only style. Its digest is in the page's policy: nothing else may style it, attributes included. */
export const style = `
:root{color-scheme:light dark;--paper:#fbfaf7;--raised:#fff;--ink:#1d2126;--soft:#59606a;--line:#e4e1da;--good:#17734a;--warn:#8a5a00;--bad:#b3261e;--calm:#5b636d;--bad-wash:#fdf0ee;--warn-wash:#fdf6e6;--link:#0b5cad;--bar:#8fbfa6;--bar-none:#d9d6cf;--bar-warn:#c98a1b;--bar-bad:#c8362c}
@media (prefers-color-scheme:dark){:root{--paper:#13161a;--raised:#1a1e24;--ink:#e9e7e2;--soft:#a4abb5;--line:#2c323a;--good:#5fd39a;--warn:#f0b84c;--bad:#ff8f83;--calm:#a4abb5;--bad-wash:#2a1a1b;--warn-wash:#272114;--link:#8cc2ff;--bar:#3f7f60;--bar-none:#333a43;--bar-warn:#d79a2e;--bar-bad:#ff6f61}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;max-width:80rem;padding:clamp(1.25rem,4vw,4rem) clamp(1rem,4vw,3rem);background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere}
h1,h2,h3,p,ol,ul{margin:0;padding:0}
ol,ul{list-style:none}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:3px;border-radius:3px}
code{font:.8125em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--soft)}
.small{font-size:.875rem;color:var(--soft)}
.forms{position:absolute}
.mark{width:1em;height:1em;flex:none;vertical-align:-.125em;fill:currentColor;stroke:var(--paper);stroke-width:2;stroke-linecap:round;stroke-linejoin:round;overflow:visible}
symbol circle,symbol .b{stroke:none}
symbol path:not(.b){fill:none}
symbol .h{fill:none;stroke:currentColor}
.mark.calm{stroke:currentColor}
.good .mark,.mark.good{color:var(--good)}
.warn .mark,.mark.warn{color:var(--warn)}
.bad .mark,.mark.bad{color:var(--bad)}
.mark.calm{color:var(--calm)}
header{margin-bottom:clamp(2.5rem,6vw,4.5rem)}
.product{font-weight:600;margin-bottom:1.25rem}
.product span{font-weight:400;color:var(--soft)}
h1{display:flex;gap:.45em;font-size:clamp(1.75rem,1.2rem + 2.6vw,3.125rem);line-height:1.15;font-weight:650;letter-spacing:-.022em;max-width:26em}
h1.long{font-size:clamp(1.375rem,1.1rem + 1.2vw,2rem);line-height:1.25;letter-spacing:-.015em;max-width:32em}
h1 span{text-wrap:balance;min-width:0}
h1 .mark{width:.8em;height:.8em;margin-top:.19em}
.todo{margin-top:1.25rem;padding:1rem 1.25rem;max-width:46rem;font-size:1.125rem;background:var(--raised);border:1px solid var(--line);border-left:4px solid var(--calm);border-radius:6px}
.bad .todo{background:var(--bad-wash);border-left-color:var(--bad)}
.warn .todo{background:var(--warn-wash);border-left-color:var(--warn)}
header>.small{margin-top:1.25rem}
section{margin-top:clamp(2.5rem,6vw,4rem)}
h2{font-size:1.25rem;line-height:1.3;font-weight:650;letter-spacing:-.01em;margin-bottom:1rem}
h3{font-size:1rem;line-height:1.4;font-weight:600}
.points{display:grid;grid-template-columns:repeat(5,1fr);gap:1px;background:var(--line);border:1px solid var(--line);border-radius:10px;overflow:hidden}
.points li{background:var(--raised);padding:1.125rem 1.125rem 1.25rem;min-width:0}
.points .answer{font-weight:650;margin-bottom:.5rem}
.points h3{margin-bottom:.375rem;text-wrap:pretty}
.points .mark,.checks .mark,.phase .mark{stroke:var(--raised)}
.points .mark.calm,.checks .mark.calm,.phase .mark.calm{stroke:currentColor}
.good .answer,.good .outcome,.phase.good{color:var(--good)}
.warn .answer,.warn .outcome{color:var(--warn)}
.bad .answer,.bad .outcome,.phase.bad{color:var(--bad)}
.calm .answer,.calm .outcome,.phase.calm{color:var(--calm)}
.checks{width:100%;border-collapse:separate;border-spacing:0;background:var(--raised);border:1px solid var(--line);border-radius:10px;table-layout:fixed}
.checks th,.checks td{text-align:left;vertical-align:top;padding:.875rem 1rem;font-weight:400}
.checks thead th{font-size:.875rem;color:var(--soft);padding-bottom:.625rem}
.checks thead th:first-child{width:7.5rem}
.checks thead th:nth-child(2){width:22%}
.checks:not(.single) thead th:nth-child(4){width:13rem}
.checks thead th:last-child{width:8rem}
.single thead th:last-child{width:13rem}
.checks tbody th,.checks tbody td{border-top:1px solid var(--line)}
.checks .outcome{font-weight:650;white-space:nowrap}
.checks tbody th code{white-space:nowrap}
.checks tr.bad>*{background:var(--bad-wash)}
.checks tr.bad>:first-child{box-shadow:inset 3px 0 var(--bad)}
.checks tr.warn>*{background:var(--warn-wash)}
.checks tbody tr:last-child>:first-child{border-bottom-left-radius:9px}
.checks tbody tr:last-child>:last-child{border-bottom-right-radius:9px}
.seen p+p{margin-top:.375rem}
.checks+.small{margin-top:.75rem}
.trouble{font-weight:600}
.trouble code,b code{font-weight:400}
.remedy code,.todo code,h1 code{color:inherit}
.when{font-size:.875rem;color:var(--soft)}
.bars{display:block;width:100%;max-width:270px;height:auto;overflow:visible}
.bars path{fill:none;stroke-width:2}
.bars .none{stroke:var(--bar-none)}
.bars .pass{stroke:var(--bar)}
.bars .warn{stroke:var(--bar-warn)}
.bars .fail{stroke:var(--bar-bad)}
.legend{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem 1.25rem;margin-top:.75rem}
.bars.key{display:inline-block;width:2px;height:28px;vertical-align:-1px;margin-right:.375rem}
.release{padding:1.25rem 0 1.5rem;border-top:1px solid var(--line)}
.release h3{font-size:1.125rem;display:inline-block;margin-right:1rem}
.phase{display:inline-block;font-weight:600}
.phase .small{font-weight:400;margin-left:.5rem}
.way{display:grid;grid-template-columns:1.5fr repeat(5,1fr);margin-top:1.125rem}
.way li{position:relative;padding:1.25rem .75rem 0 0;min-width:0;line-height:1.35}
.way li::before{content:"";position:absolute;left:0;right:0;top:.3125rem;height:2px;background:var(--good)}
.way li:last-child::before{right:auto;width:0}
.way li::after{content:"";position:absolute;left:0;top:0;width:.75rem;height:.75rem;border-radius:50%;background:var(--good)}
.way li:has(+.open)::before,.way .open::before{background:var(--line)}
.way .open::after{background:var(--paper);border:2px solid var(--soft)}
.way .open{color:var(--soft)}
.way span,.way time{display:block}
.release .trouble,.release .remedy{margin-top:.5rem;max-width:46rem}
details{border-top:1px solid var(--line);padding-top:1rem}
summary{cursor:pointer;font-weight:600;color:var(--link);padding:.25rem 0}
details .release:first-of-type{margin-top:1rem}
.waits li{padding:.875rem 0;border-top:1px solid var(--line)}
.waits .remedy{margin-top:.25rem}
footer{margin-top:4rem;padding-top:1.25rem;border-top:1px solid var(--line)}
@media (max-width:66rem){
.points{grid-template-columns:auto 1fr;gap:0;background:var(--raised)}
.points li{display:grid;grid-column:1/-1;grid-template-columns:subgrid;column-gap:1.25rem;padding:.875rem 1rem}
.points li+li{border-top:1px solid var(--line)}
.points .answer{grid-row:span 2;margin:0;white-space:nowrap}
.points h3,.points .small{grid-column:2}
.points h3{margin-bottom:.125rem}
.checks,.checks tbody,.checks th,.checks td{display:block}
.checks tbody tr{display:grid;grid-template-columns:1fr auto;column-gap:1rem}
.checks .outcome{order:-2}
.checks .when{order:-1;text-align:right}
.checks tbody tr>:not(.outcome,.when){grid-column:1/-1}
.checks thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.checks tbody tr{padding:1rem;border-top:1px solid var(--line)}
.checks tbody tr:first-child{border-top:0}
.checks tbody th,.checks tbody td{border:0;padding:0}
.checks tbody th{margin-top:.25rem}
.checks tbody .seen,.checks tbody .history{margin-top:.5rem}
.checks tbody .seen{max-width:46rem}
.checks tbody tr.bad{background:var(--bad-wash);box-shadow:inset 3px 0 var(--bad)}
.checks tbody tr.warn{background:var(--warn-wash)}
.checks tr.bad>*,.checks tr.warn>*{background:none}
.checks tr.bad>:first-child{box-shadow:none}
.checks tbody tr:first-child{border-radius:9px 9px 0 0}
.checks tbody tr:last-child{border-radius:0 0 9px 9px}
}
@media (min-width:48rem) and (max-width:66rem){
.checks:not(.single) tbody tr{grid-template:"outcome when" "check history" "seen history" 1fr / 1fr 270px;column-gap:2rem}
.outcome{grid-area:outcome}
.when{grid-area:when}
.history{grid-area:history}
.checks:not(.single) tbody tr>th{grid-column:1}
.checks:not(.single) tbody tr>.seen{grid-column:1}
.checks:not(.single) tbody tr>.history{grid-column:2}
}
@media (max-width:48rem){
.way{display:block;margin-top:1rem}
.way li{padding:0 0 .75rem 1.75rem;display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem}
.way li:last-child{padding-bottom:0}
.way li::before{left:.3125rem;right:auto;top:.375rem;bottom:-.375rem;width:2px;height:auto}
.way li:last-child::before{width:0}
.way li::after{top:.375rem}
}
@media print{
:root{--paper:#fff;--raised:#fff;--ink:#000;--soft:#444;--line:#bbb}
body{max-width:none;padding:0;font-size:10pt}
h1{font-size:20pt}
section,.release,.checks tr,.points li{break-inside:avoid}
section:has(.checks),section:has(.release){break-inside:auto}
details::details-content{content-visibility:visible;display:block}
a{color:inherit}
}
`
