/** How the details look. */
export const panelStyles = `
.panel{padding:14px 16px 10px;border-radius:20px;min-block-size:0;overflow:auto;scrollbar-width:thin;overscroll-behavior:contain}
h2{margin:0 0 8px;font-size:15px;font-weight:650;overflow-wrap:anywhere}
h3{margin:0 0 4px;font-size:12px;font-weight:500;color:var(--soft)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(104px,1fr));gap:8px 16px;margin:0 0 12px}
dt{color:var(--soft);font-size:12px}
dd{margin:0;font-size:17px;font-weight:650;font-variant-numeric:tabular-nums}
.bars{display:block;inline-size:100%;block-size:24px;border-block-end:1px solid var(--rim);overflow:hidden}
rect{fill:var(--quiet)}rect.active{fill:var(--working)}rect.onPaper{fill:var(--on-paper)}rect.hidden{fill:var(--away)}rect.uncounted{fill:var(--rim)}
ul{margin:10px 0 0;padding:0;list-style:none;display:grid;gap:6px}
li{display:grid;grid-template-columns:12px 1fr auto;column-gap:8px;align-items:baseline}
.swatch{inline-size:12px;block-size:15px;align-self:start;margin-block-start:1px}
.kind{font-weight:500}
.ms{font-variant-numeric:tabular-nums}
.why{grid-column:2/-1;color:var(--soft);font-size:12px}
.wide{inline-size:100%;margin-block-start:12px;min-block-size:38px}
.help{margin:12px 0 0;padding:10px 12px;border-radius:12px;background:var(--key);font-size:13px}
.tools{display:flex;flex-wrap:wrap;gap:2px;margin:10px -8px 0;color:var(--soft)}
.ask{font-weight:700}
.close{margin-inline-start:auto}
@media (forced-colors:active){
  .panel rect{fill:CanvasText}.panel rect.active{fill:Highlight}
}
`
