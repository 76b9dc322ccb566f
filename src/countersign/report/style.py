"""The one style of a report: a phone at 320 pixels, a desk, dark mode, forced colours, and A4 or Letter on paper."""

STYLE = """
:root{--ink:#1a1a1a;--paper:#fff;--quiet:#595959;--line:#8a8a8a;--bar:#0072b2;--ours:#a84300;--mark:#fff3b0;
--mark-ink:#1a1a1a;--soft:#f3f3f1;--link:#00578a}
@media (prefers-color-scheme:dark){:root{--ink:#ececec;--paper:#111417;--quiet:#9aa0a6;--line:#6b7280;--bar:#56b4e9;
--ours:#e69f00;--mark:#5a4a00;--mark-ink:#fff;--soft:#1c2126;--link:#56b4e9}}
*{box-sizing:border-box}
html{color:var(--ink);background:var(--paper);font:1rem/1.55 system-ui,"Liberation Sans","Noto Sans",
"Noto Sans CJK SC",
"Noto Sans Arabic",Arial,sans-serif;-webkit-text-size-adjust:100%}
body{max-width:56rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
.skip{position:absolute;inset-inline-start:-99rem}
.skip:focus{position:static}
header{display:flow-root;border-block-end:3px solid var(--ink);margin-block-end:1.5rem}
.kind{margin:0;color:var(--quiet);font-size:.9rem}
h1{margin:.2rem 0;font-size:1.5rem;line-height:1.25}
.for{margin:.2rem 0;font-weight:600}
.check{float:inline-end;width:9rem;margin-inline-start:1rem;margin-block-end:.6rem}
.check p{margin:.2rem 0;color:var(--quiet);font-size:.75rem;line-height:1.3}
.made{margin:.2rem 0 .8rem;color:var(--quiet);font-size:.9rem}
h2{font-size:1.15rem;line-height:1.3;margin:2rem 0 .6rem;padding-block-start:.6rem;
border-block-start:1px solid var(--line)}
h2 .no{color:var(--quiet);font-weight:400;margin-inline-end:.3rem}
h3{font-size:1rem;margin:0 0 .5rem}
p,li{max-width:42rem}
p{margin:.6rem 0}
#s1 p{font-size:1.1rem}
li{margin:.4rem 0}
a{color:var(--link);padding-block:.2rem}
a:focus-visible{outline:3px solid var(--link);outline-offset:2px}
code{font-family:ui-monospace,"Liberation Mono","DejaVu Sans Mono",monospace;font-size:.88em;overflow-wrap:anywhere}
.exhibits,.signed{color:var(--quiet);font-size:.88em}
.withheld{border:1px dashed var(--line);padding:0 .2em;color:var(--quiet)}
.foreign{font-style:normal;overflow-wrap:anywhere}
mark.person{display:inline;background:var(--mark);color:var(--mark-ink);border-inline-start:4px solid var(--ours);
padding:.1em .35em;-webkit-box-decoration-break:clone;box-decoration-break:clone}
mark.person .exhibits,mark.person .signed,mark.person .withheld,mark.person a{color:inherit}
.draft{clear:both;background:var(--mark);color:var(--mark-ink);border:2px solid var(--ours);
padding:.6rem .8rem;max-width:none}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:.9rem}
caption{text-align:start;color:var(--quiet);padding-block:.3rem}
th,td{overflow-wrap:break-word;text-align:start;vertical-align:top;padding:.35rem .5rem .35rem 0;
border-block-end:1px solid var(--line)}
th{border-block-end:2px solid var(--ink);font-weight:600}
figure{margin:1rem 0 .2rem;max-width:34rem}
figcaption{color:var(--quiet);font-size:.9rem}
svg{display:block;width:100%;height:auto;fill:var(--bar);color:var(--ink)}
svg text{font:11px system-ui,"Liberation Sans",Arial,sans-serif;fill:var(--ink)}
svg .axis{stroke:var(--ink);fill:none}
svg .lane{stroke:var(--line);stroke-dasharray:2 3;fill:none}
svg .hollow{fill:var(--paper);stroke:var(--bar);stroke-width:2}
svg .between{fill:none;stroke:var(--bar);stroke-width:1.5}
svg .ours{fill:var(--ours)}
.beneath{display:flex;flex-wrap:wrap;gap:0 1.2rem}
.beneath table{flex:1 1 5.5rem;width:auto;font-size:.85rem;font-variant-numeric:tabular-nums}
.letter{border:1px solid var(--line);padding:.8rem 1rem;background:var(--soft);margin:1rem 0}
.letter pre{margin:0;font:inherit;white-space:pre-wrap;overflow-wrap:anywhere}
footer{margin-block-start:2.5rem;border-block-start:1px solid var(--line);color:var(--quiet);font-size:.88rem}
@media screen and (max-width:44rem){
section>table:not(.keep),section>table:not(.keep)>tbody,section>table:not(.keep)>caption{display:block}
section>table:not(.keep)>thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
section>table:not(.keep)>tbody>tr{display:block;border:1px solid var(--line);border-radius:4px;margin:.6rem 0;
padding:.4rem .6rem}
section>table:not(.keep)>tbody>tr>td{display:grid;grid-template-columns:minmax(5.5rem,30%) 1fr;gap:.6rem;border:0;
padding:.15rem 0}
section>table:not(.keep)>tbody>tr>td:first-child{font-weight:600}
section>table:not(.keep)>tbody>tr>td::before{font-weight:400;content:attr(data-label);color:var(--quiet)}
}
@media (prefers-contrast:more){:root{--quiet:var(--ink);--line:var(--ink)}}
@media (forced-colors:active){mark.person,.draft{border:2px solid Highlight}svg{forced-color-adjust:none}}
@page{size:A4;margin:20mm 16mm 20mm;
@top-left{font:8pt "Liberation Sans",sans-serif;color:#333}
@bottom-left{font:8pt "Liberation Sans",sans-serif;color:#333;width:80%}
@bottom-right{font:8pt "Liberation Sans",sans-serif;color:#333;content:"page " counter(page) " of " counter(pages)}}
@media print{
:root{--ink:#000;--paper:#fff;--quiet:#333;--line:#777;--bar:#333;--ours:#000;--mark:#fff;--mark-ink:#000;--soft:#fff;
--link:#000}
.check{width:28mm}html{font-size:10pt}body{max-width:none;padding:0}.skip{display:none}a{text-decoration:none}
h2,caption,thead{break-after:avoid}
.beneath table{break-inside:avoid}tr,figure,li,.draft{break-inside:avoid}thead{display:table-header-group}
mark.person{border:1.5pt solid #000}table{font-size:8pt}
table:not(.keep){table-layout:fixed}p,li{max-width:none;orphans:3;widows:3}figure{max-width:11cm}
.beneath table{font-size:7.5pt}
}
"""
"""Colours are Okabe and Ito's, darkened until text has 4.5:1 on the page; nothing is told by colour alone."""
