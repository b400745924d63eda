/**
 * How the pill, the dot and the bubble look. Invariant: nothing of the host's style gets in but the custom properties
 * that are its to set. `all: initial` stops what is inherited; what a rule of the host could say of our element itself
 * is said here as `!important`, which inside a shadow root wins over all of the host's.
 */
import { DARK, LIGHT, toProperties } from './colours.ts'

/** Where the widget floats, its element is no box at all: no rule of the host can hide, move or cover one. */
export const floatingStyles = `
:host{display:contents!important}
.widget{position:fixed;z-index:2147483000}
.bottom-end,.bottom-start{inset-block-end:12px}
.top-end,.top-start{inset-block-start:12px}
.bottom-end,.top-end{inset-inline-end:12px}
.bottom-start,.top-start{inset-inline-start:12px}
`

/** In its place it is a box of one size, so that what it says moves nothing around it. */
export const placedStyles = `
:host{display:inline-block;vertical-align:middle;max-inline-size:100%;inline-size:328px;block-size:66px}
:host([hidden]){display:none}
.widget{position:relative;inline-size:100%;block-size:100%}
.pill{position:absolute;inset:0 0 auto;inline-size:100%;max-inline-size:none;min-block-size:100%}
`

export const styles = `
.widget{
  all:initial;display:block;${toProperties(LIGHT)};color-scheme:light;
  color:var(--ink);font:14px/1.35 var(--stint-font,system-ui,-apple-system,"Segoe UI",sans-serif);
  direction:ltr;text-align:start;
}
.widget[dir=rtl]{direction:rtl}
@media (prefers-color-scheme:dark){.widget:not([data-theme=light]){${toProperties(DARK)};color-scheme:dark}}
.widget[data-theme=dark]{${toProperties(DARK)};color-scheme:dark}
.widget *{box-sizing:border-box}
.pill,.panel,.bubble,.dot{
  background:var(--paper);color:inherit;border:1px solid var(--line);
  box-shadow:0 1px 2px #0b152014,0 6px 20px #0b152024;
}
.pill{
  display:flex;align-items:center;gap:4px;min-block-size:58px;padding:6px 8px;
  inline-size:328px;max-inline-size:calc(100vw - 24px);border-radius:var(--stint-radius,29px);
}
.ring{flex:none;inline-size:42px;block-size:42px;fill:none;stroke-width:3.5}
.track{stroke:var(--line)}
.share{stroke:var(--working);stroke-linecap:round}
.shape{fill:var(--quiet)}
.active .shape,.ended .shape{fill:var(--working)}
.hidden .shape{fill:var(--away)}
.text{flex:1;min-inline-size:0;padding-inline:6px 2px}
.line{display:flex;flex-wrap:wrap;align-items:baseline;column-gap:8px}
.time{font-size:18px;font-weight:650;font-variant-numeric:tabular-nums;line-height:1.2}
.state{font-weight:500}
.note{color:var(--soft);font-size:12px;line-height:1.25}
button{
  flex:none;display:inline-flex;align-items:center;justify-content:center;gap:5px;min-inline-size:34px;
  min-block-size:34px;padding:0 8px;border:1px solid transparent;border-radius:17px;background:none;
  color:inherit;font:inherit;font-weight:500;cursor:pointer;
}
.pause,.main,.wide{background:var(--key)}
.main,.wide{padding-inline:12px}
button:hover{border-color:var(--rim)}
button:focus-visible{outline:2px solid var(--ink);outline-offset:1px}
.icon{flex:none;inline-size:16px;block-size:16px;fill:currentColor}
.details[aria-expanded=true] .icon{transform:rotate(180deg)}
.dot{inline-size:44px;block-size:44px;padding:0;border-radius:22px}
.dot .ring{inline-size:34px;block-size:34px}
.dot .track{stroke:none}
.dot .shape{transform:translate(5px,5px) scale(1.9)}
.pop{position:absolute;inset-inline-end:0;display:flex;flex-direction:column;gap:8px;inline-size:328px;max-inline-size:calc(100vw - 24px);max-block-size:calc(100vh - 96px);pointer-events:none}
.pop>*{pointer-events:auto}
.up .pop{inset-block-end:calc(100% + 8px);flex-direction:column-reverse}
.down .pop{inset-block-start:calc(100% + 8px)}
.start .pop{inset-inline:0 auto}
.bubble{display:flex;flex-wrap:wrap;align-items:center;gap:6px;padding:10px 12px 10px 16px;border-radius:18px}
.bubble p{flex:1 1 140px;margin:0}
.bubble b{display:block;font-weight:600}
.bubble span{display:block;color:var(--soft)}
.said{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (prefers-reduced-motion:no-preference){
  .bubble,.panel{animation:come .18s ease-out}
  .share{transition:stroke-dasharray .4s}
  @keyframes come{from{opacity:0;transform:translateY(4px)}}
}
@media (forced-colors:active){
  .track{stroke:GrayText}.share{stroke:Highlight}.widget .shape,.icon{fill:CanvasText}
  button{border-color:ButtonBorder}
}
@media print{.widget{display:none}}
`
