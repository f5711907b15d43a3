// SPDX-License-Identifier: Apache-2.0
// How a report looks: by day, by night, on a narrow screen and on paper. Text only, so that the page stands alone.

export const pageStyle = `
:root { color-scheme: light dark;
  --paper: #fbfaf7; --card: #ffffff; --ink: #1d2129; --soft: #5c6470; --rule: #e2dfd8; --grid: #efece6;
  --look: #8fa3b8; --apply: #1f6feb; --verify: #0f9b8e; --stop: #7a6f9b;
  --wait: #c98a12; --parked: #c4372f; --bad: #c4372f; --good: #16794c; --soon: #a45b00; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #14171c; --card: #1b1f26; --ink: #e6e8eb; --soft: #9aa4b1; --rule: #323944; --grid: #262c35;
  --look: #70859c; --apply: #5b9dff; --verify: #35c2b2; --stop: #a597cf;
  --wait: #e3ab45; --parked: #ff7a70; --bad: #ff7a70; --good: #57c78d; --soon: #f0b45c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
code, .number, time, .tick { font-variant-numeric: tabular-nums; }
code { font: .88em/1.4 ui-monospace, 'DejaVu Sans Mono', monospace; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; font-weight: 650; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.75rem 0 .9rem; font-weight: 650; }
h3 { font-size: .95rem; margin: 1.5rem 0 .5rem; font-weight: 650; }
.head { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: baseline; }
.phase { border: 1px solid currentColor; border-radius: 99px; padding: .05rem .7rem; font-size: .85rem; font-weight: 600; }
.phase.good { color: var(--good); } .phase.bad { color: var(--bad); } .phase.open { color: var(--soft); }
.lead, .quiet, .left, .title { color: var(--soft); }
.lead { margin: .35rem 0 0; }
.recap { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1.5rem 0 0; padding: 0; list-style: none; }
.recap b { display: block; font-size: 1.6rem; line-height: 1.1; font-weight: 600; font-variant-numeric: tabular-nums; }
.recap li { color: var(--soft); font-size: .85rem; } .recap b { color: var(--ink); }
.recap .none b { color: var(--soft); font-weight: 400; }
.recap .bad b { color: var(--bad); }
.stop-card { border-left: 4px solid var(--bad); background: var(--card); padding: .8rem 1.1rem; margin: 1.75rem 0 0; }
.stop-card p { margin: .15rem 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; } thead th { color: var(--soft); font-size: .8rem; font-weight: 500; }
td, th { padding: .3rem .9rem .3rem 0; vertical-align: top; } td:last-child, th:last-child { padding-right: 0; }
.plain td, .plain th { border-top: 1px solid var(--rule); overflow-wrap: anywhere; }
.plain thead th { border-top: 0; } .plain tbody th { font-weight: 400; }
.changes tr + tr td { border-top-color: var(--grid); } .changes tr + tr td:first-child { border-top: 0; }
.troubles td:nth-child(-n + 3), .changes td:first-child { white-space: nowrap; } .troubles td:nth-child(2) code, .changes td:first-child code { overflow-wrap: normal; }
pre { overflow-x: auto; background: var(--card); padding: .6rem .8rem; font-size: .82rem; }
.number { text-align: right; white-space: nowrap; } .when { white-space: nowrap; }
.timeline { table-layout: fixed; } .timeline td, .timeline th { vertical-align: middle; border-top: 1px solid var(--rule); }
.timeline thead th { border-top: 0; vertical-align: bottom; }
.timeline th:nth-child(1) { width: 15rem; } .timeline th:nth-child(2) { width: 6.4rem; }
.timeline th:nth-child(4) { width: 3rem; } .timeline th:nth-child(n + 5) { width: 4.4rem; }
.timeline tbody th { font-weight: 400; line-height: 1.35; } .timeline .title { display: block; font-size: .8rem; }
.state { white-space: nowrap; font-size: .9rem; } .state.changed, .state.same { color: var(--good); }
.state.same, .state.pending { color: var(--soft); }
.state.parked, .state.failed, .state.differs { color: var(--bad); } .state.waiting, .state.not-seen { color: var(--soon); }
.axis { position: relative; height: 1.6rem; }
.tick { position: absolute; bottom: .3rem; font-size: .75rem; transform: translateX(-50%); white-space: nowrap; }
.tick:nth-of-type(2) { transform: none; }
.track { position: relative; height: 1.35rem; }
.track > * { position: absolute; top: 0; bottom: 0; }
.track b { top: .25rem; bottom: .25rem; border-radius: 2px; }
.line { border-left: 1px solid var(--grid); }
.cut { background: repeating-linear-gradient(-45deg, transparent 0 3px, var(--rule) 3px 4px); }
b.look { background: var(--look); } b.apply { background: var(--apply); } b.verify { background: var(--verify); }
b.stop { background: var(--stop); } b.ancestors { background: var(--grid); }
b.wait, b.parked { --tone: var(--wait); border: 1px solid var(--tone);
  background: repeating-linear-gradient(45deg, var(--tone) 0 2px, transparent 2px 5px); }
b.parked { --tone: var(--parked); }
b.failed { background: var(--bad); clip-path: polygon(0 0, 100% 0, 100% 100%, 0 100%); outline: 1px solid var(--bad); }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; list-style: none; padding: 0; margin: .9rem 0 0; font-size: .82rem; color: var(--soft); }
.legend b, .legend i { display: inline-block; width: 1.3rem; height: .7rem; margin-right: .45rem; border-radius: 2px; vertical-align: -.02em; }
.answers { padding-left: 1.3rem; margin: 0; } .answers li { margin: .3rem 0; } .answers time { color: var(--soft); }
.log { color: var(--soft); }
.months { display: flex; flex-wrap: wrap; gap: 1.5rem; }
.month { display: grid; grid-template-columns: auto minmax(11rem, 1fr); gap: 0 1.4rem; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: .9rem 1.1rem; flex: 0 1 33rem; align-items: start; }
.month table { width: auto; font-size: .8rem; } .month caption { text-align: left; font-weight: 600; font-size: .95rem; padding-bottom: .3rem; }
.month td, .month th { width: 1.75rem; height: 1.5rem; padding: 0; text-align: center; vertical-align: middle; color: var(--soft); }
.month .marked { color: var(--card); background: var(--ink); border-radius: 4px; }
.month ul { list-style: none; padding: 0; margin: 0; font-size: .9rem; } .month li { padding: .12rem 0; overflow-wrap: anywhere; }
.month time { font-weight: 600; } .left { font-size: .8rem; white-space: nowrap; } .soon .left { color: var(--soon); font-weight: 600; }
.canary { width: auto; min-width: min(100%, 34rem); } .canary th { font-weight: 400; } .canary tfoot th, .canary tfoot td { border-top: 1px solid var(--rule); font-weight: 600; }
.canary td:nth-child(2) { width: 60%; vertical-align: middle; } .share b { display: block; height: .7rem; background: var(--apply); border-radius: 2px; min-width: 2px; }
.packages { columns: 19rem; column-gap: 2.5rem; list-style: none; padding: 0; margin: 0; font-size: .82rem; }
.packages li { display: flex; justify-content: space-between; gap: 1rem; break-inside: avoid; border-bottom: 1px solid var(--grid); padding: .1rem 0; }
.packages code { color: var(--soft); text-align: right; }
summary { cursor: pointer; font-weight: 600; margin: 1.2rem 0 .6rem; }
.only { display: inline-block; margin: 0 0 .6rem; color: var(--soft); font-size: .88rem; cursor: pointer; } section:has(.only input:checked) .as-wanted { display: none; }
footer { margin-top: 3.5rem; border-top: 1px solid var(--rule); padding-top: .9rem; color: var(--soft); font-size: .82rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media screen and (max-width: 52rem) { main { padding: 1.5rem 1rem 3rem; }
  .timeline th:nth-child(1) { width: 9.5rem; } .timeline .title { display: none; }
  .timeline th:nth-child(4), .timeline td:nth-child(4), .timeline th:nth-child(5), .timeline td:nth-child(5) { display: none; }
  .timeline th:nth-child(2) { width: 5.6rem; } .tick { display: none; }
  .troubles thead { display: none; } .troubles tr { display: block; border-top: 1px solid var(--rule); padding: .4rem 0; }
  .troubles td { display: inline; border: 0; padding-right: .6rem; } .troubles td:last-child { display: block; }
  .changes td:first-child { white-space: normal; } .changes td:first-child code { overflow-wrap: anywhere; }
  .when { white-space: normal; } .runs td:nth-child(n + 4), .runs th:nth-child(n + 4) { display: none; }
  .month { grid-template-columns: 1fr; gap: .7rem; } }
@media print { .only { display: none; } :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --rule: #bbb; --grid: #e3e3e3; color-scheme: light;
  --look: #8fa3b8; --apply: #1f6feb; --verify: #0f9b8e; --stop: #7a6f9b; --wait: #c98a12; --parked: #c4372f; --bad: #c4372f; --good: #16794c; --soon: #a45b00; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; } @page { size: A4; margin: 14mm 13mm; } body { font-size: 9.5pt; } main { max-width: none; padding: 0; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  h2 { margin-top: 1.6rem; break-after: avoid; } tr, li, .month, .stop-card { break-inside: avoid; } thead { display: table-header-group; } tfoot { display: table-row-group; } .canary { break-inside: avoid; }
  .timeline .title { display: none; } .timeline th:nth-child(1) { width: 11.5rem; } .timeline th:nth-child(2) { width: 5.4rem; }
  .timeline th:nth-child(4) { width: 2.6rem; } .timeline th:nth-child(n + 5) { width: 3.8rem; } .timeline td, .timeline th { padding-top: .15rem; padding-bottom: .15rem; }
  .month { flex: 0 1 20.5rem; padding: .6rem .8rem; gap: 0 .8rem; grid-template-columns: auto 1fr; } .month td, .month th { width: 1.45rem; height: 1.25rem; } .packages { font-size: 7.5pt; } }
`;
