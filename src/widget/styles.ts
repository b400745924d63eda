/** The widget's looks. Custom properties are the host's to set; nothing of the host's own style reaches in here. */
export const styles = `
:host {
  all: initial;
  position: fixed;
  inset-block-end: 16px;
  inset-inline-end: 16px;
  z-index: 2147483000;
  --ink: var(--stint-ink, #1d2733);
  --paper: var(--stint-paper, #fffffff2);
  --quiet: #566472;
  --working: #0a7d55;
  --line: #1d273324;
}
@media (prefers-color-scheme: dark) {
  :host {
    --ink: var(--stint-ink, #eef2f6);
    --paper: var(--stint-paper, #1d2733f2);
    --quiet: #a9b6c4;
    --working: #4fd6a0;
    --line: #eef2f633;
  }
}
.pill {
  display: flex;
  align-items: center;
  gap: 10px;
  max-inline-size: calc(100vw - 32px);
  box-sizing: border-box;
  padding: 6px 6px 6px 14px;
  border: 1px solid var(--line);
  border-radius: 22px;
  background: var(--paper);
  color: var(--ink);
  font: 14px/1.35 system-ui, sans-serif;
  box-shadow: 0 2px 12px #0000001f;
}
.dot {
  flex: none;
  inline-size: 9px;
  block-size: 9px;
  border-radius: 50%;
  border: 2px solid var(--quiet);
  box-sizing: border-box;
}
.dot.active { background: var(--working); border-color: var(--working) }
.time { font-size: 17px; font-weight: 600; font-variant-numeric: tabular-nums }
.text { display: grid; min-inline-size: 0 }
.sync { color: var(--quiet); font-size: 12px }
button {
  flex: none;
  white-space: nowrap;
  font: inherit;
  font-weight: 500;
  min-block-size: 32px;
  padding: 0 12px;
  border: 0;
  border-radius: 16px;
  background: var(--line);
  color: inherit;
  cursor: pointer;
}
button:hover { box-shadow: inset 0 0 0 1px var(--quiet) }
button:focus-visible { outline: 2px solid var(--working); outline-offset: 2px }
.end { inline-size: 6px }
@media (forced-colors: active) {
  .pill, button { border: 1px solid; forced-color-adjust: auto }
  .dot.active { background: Highlight; border-color: Highlight }
}
@media print { :host { display: none } }
`
