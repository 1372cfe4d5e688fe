/* Charts: <div data-chart="kind" data-source="id of a JSON block">. SVG renderer, tooltips as rich text
   (an HTML tooltip needs inline style, which the policy forbids), colours from the CSS variables,
   drawn again when the theme changes. Shapes of the data: PARTS.md. */
(() => {
  "use strict";
  const root = document.documentElement;
  const v = name => getComputedStyle(root).getPropertyValue(`--rg-${name}`).trim();
  const zh = () => root.lang.startsWith("zh");
  const MINUS = "\u2212";

  /* ---- numbers, as web/rules.py writes them ---- */
  const fixed = (x, digits) => x.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  function short(x) {
    const size = Math.abs(x);
    const sign = x < 0 ? MINUS : "";
    if (Math.round(size) < 1e4) return sign + fixed(size, 0);
    if (zh()) return sign + (size / 1e4 < 9999.95 ? `${fixed(size / 1e4, 1)} 万` : `${fixed(size / 1e8, 1)} 亿`);
    if (Math.round(size / 1e3) < 1000) return `${sign}${fixed(size / 1e3, 0)}K`;
    const big = size >= 999.5e6;
    const part = size / (big ? 1e9 : 1e6);
    return `${sign}${fixed(part, part < 9.995 ? 2 : part < 99.95 ? 1 : 0)}${big ? "B" : "M"}`;
  }
  const money = symbol => x => (zh() && symbol === "¥" ? short(x) : short(x).replace(/^(\u2212?)/, `$1${symbol}`));
  const format = (kind, symbol = "¥") => ({
    money: money(symbol),
    percent: x => `${fixed(x * 100, 1)}%`,
    hundred: x => `${fixed(x, 1)}%`,
    count: x => fixed(x, 0).replace("-", MINUS),
  })[kind] || short;

  // On an axis "320 万" and "¥3.2M" are enough; beside a figure it would read as another precision.
  const axis = say => ({ formatter: x => say(x).replace(/(\.\d*?)0+(?=\D*$)/, "$1").replace(/\.(?=\D*$)/, ""), hideOverlap: true });

  /* ---- theme ---- */
  function theme() {
    const axis = {
      axisLine: { lineStyle: { color: v("line-2") } },
      axisTick: { show: false },
      axisLabel: { color: v("ink-3"), fontSize: 12 },
      splitLine: { lineStyle: { color: v("line") } },
      nameTextStyle: { color: v("ink-3"), fontSize: 12 },
    };
    return {
      color: ["c1", "c2", "c3", "c4", "c5", "c6"].map(v),
      backgroundColor: "transparent",
      textStyle: { fontFamily: v("font") || "sans-serif", color: v("ink-2"), fontSize: 12 },
      categoryAxis: { ...axis, splitLine: { show: false } },
      valueAxis: { ...axis, axisLine: { show: false } },
      timeAxis: { ...axis, splitLine: { show: false } },
      line: { symbol: "none", lineStyle: { width: 2 }, smooth: false },
      bar: { itemStyle: { borderRadius: [2, 2, 0, 0] }, barMaxWidth: 36 },
      tooltip: {
        renderMode: "richText",
        backgroundColor: v("surface"),
        borderColor: v("line-2"),
        textStyle: { color: v("ink"), fontSize: 12 },
        padding: [8, 10],
        axisPointer: { lineStyle: { color: v("line-2") } },
      },
      legend: { icon: "roundRect", itemWidth: 8, itemHeight: 8, textStyle: { color: v("ink-2"), fontSize: 12 } },
    };
  }
  const box = (more = {}) => ({ left: 8, right: 16, top: 28, bottom: 8, containLabel: true, ...more });
  const below = name => ({ name, nameLocation: "middle", nameGap: 28 });
  // ECharts 6 leaves room for axis names by itself only when told so.
  const roomy = name => box({ bottom: name ? 26 : 8 });
  const dot = (colour, label = {}) => ({
    symbol: "circle",
    symbolSize: 10,
    itemStyle: { color: colour, borderColor: v("surface"), borderWidth: 2 },
    label: { show: true, position: "right", distance: 10, color: v("ink"), fontSize: 12, fontWeight: 600, ...label },
  });
  const dashed = (data, label = { show: false }) => ({
    symbol: "none",
    silent: true,
    animation: false,
    lineStyle: { color: v("line-2"), type: "dashed" },
    label,
    data,
  });

  /* ---- kinds ---- */
  const kinds = {};

  kinds.pareto = d => ({
    grid: roomy(d.x_name),
    tooltip: { trigger: "axis", formatter: all => `${fixed(all[0].value[0], 1)}% → ${fixed(all[0].value[1], 1)}%` },
    xAxis: { type: "value", min: 0, max: 100, interval: 20, ...below(d.x_name), splitLine: { show: false } },
    yAxis: { type: "value", min: 0, max: 100, interval: 20, name: d.y_name, nameGap: 10 },
    series: [
      {
        type: "line",
        data: d.points,
        lineStyle: { color: v("accent"), width: 2.5 },
        areaStyle: { color: v("s1"), opacity: 0.55 },
        markLine: dashed((d.marks || []).slice(0, 1).flatMap(m => [
          [{ coord: [m.x, 0] }, { coord: [m.x, m.y] }],
          [{ coord: [0, m.y] }, { coord: [m.x, m.y] }],
        ])),
        markPoint: { ...dot(v("accent"), { formatter: p => p.data.words }), data: (d.marks || []).map(m => ({ coord: [m.x, m.y], words: m.label })) },
      },
      { type: "line", data: [[0, 0], [100, 100]], silent: true, tooltip: { show: false }, lineStyle: { color: v("line-2"), width: 1, type: "dotted" } },
    ],
  });

  kinds.migration = d => {
    const colours = { up: "c1", down: "c2", left: "c6", same: "s2" };
    const sums = (side, key) => d.links.filter(l => l[side] === key).reduce((sum, l) => sum + l.value, 0);
    const node = (side, t) => {
      const amount = fixed(sums(side, t.key), 0);
      return {
        name: `${side}:${t.key}`,
        depth: side === "from" ? 0 : 1,
        itemStyle: { color: t.level ? v(`s${t.level}`) : v("c6") },
        label: { position: side === "from" ? "left" : "right", formatter: side === "from" ? `${t.name}  ${amount}` : `${amount}  ${t.name}` },
      };
    };
    const used = (side, list) => list.filter(t => sums(side, t.key) > 0);
    // Room for the longest label: a Han character is about twice a Latin one.
    const wide = words => [...words].reduce((sum, c) => sum + (c > "\u2e7f" ? 12 : 6.8), 0);
    const room = (side, list) => 18 + Math.max(30, ...used(side, list).map(t => wide(`${t.name}  ${fixed(sums(side, t.key), 0)}`)));
    return {
      tooltip: { trigger: "item", formatter: p => (p.dataType === "edge" ? `${p.data.words}  ${fixed(p.data.value, 0)}` : "") },
      series: [{
        type: "sankey",
        left: room("from", d.from),
        right: room("to", d.to),
        top: 6,
        bottom: 6,
        nodeWidth: 10,
        nodeGap: 14,
        layoutIterations: 0,
        draggable: false,
        data: [...used("from", d.from).map(t => node("from", t)), ...used("to", d.to).map(t => node("to", t))],
        links: d.links.filter(l => l.value > 0).map(l => ({
          source: `from:${l.from}`,
          target: `to:${l.to}`,
          value: l.value,
          href: l.href,
          words: l.label || "",
          lineStyle: { color: v(colours[l.kind] || "s2"), opacity: 0.34 },
        })),
        label: { color: v("ink-2"), fontSize: 12 },
        lineStyle: { curveness: 0.5 },
        emphasis: { focus: "adjacency" },
      }],
    };
  };

  kinds.balance = d => {
    const say = format(d.unit || "money", d.symbol);
    const band = d.band || [];
    const low = band.map(b => [b[0], b[1]]);
    const high = band.map(b => [b[0], b[2] - b[1]]);
    const quiet = { silent: true, symbol: "none", tooltip: { show: false }, lineStyle: { opacity: 0 } };
    return {
      grid: box({ top: 14 }),
      tooltip: { trigger: "axis", formatter: list => {
        const here = list.find(p => p.seriesName === "value") || list[0];
        return `${here.value[0]}  ${say(here.value[1])}`;
      } },
      xAxis: { type: "time", axisLabel: { hideOverlap: true, formatter: zh() ? { year: "{yyyy}-{MM}", month: "{M} 月", day: "{MM}-{dd}" } : { year: "{MMM} {yyyy}", month: "{MMM}", day: "{d} {MMM}" } } },
      yAxis: { type: "value", scale: true, splitNumber: 4, axisLabel: axis(say) },
      series: [
        ...(band.length ? [
          { ...quiet, type: "line", data: low, stack: "band" },
          { ...quiet, type: "line", data: high, stack: "band", areaStyle: { color: v("s1"), opacity: 0.7 } },
        ] : []),
        {
          type: "line",
          name: "value",
          data: d.points,
          lineStyle: { color: v("accent"), width: 2 },
          areaStyle: band.length ? undefined : { color: v("s1"), opacity: 0.5 },
          markPoint: { ...dot(v("danger"), { position: "left", color: v("danger"), formatter: p => p.data.words }), data: (d.marks || []).map(m => ({ coord: [m.date, m.value], words: m.label })) },
        },
      ],
    };
  };

  kinds.line = d => {
    const say = format(d.unit, d.symbol);
    const colours = [v("accent"), v("c6"), v("c2"), v("c3")];
    const many = d.series.length > 1;
    return {
      grid: box({ right: many ? 76 : 16, bottom: d.x_name ? 26 : 8, top: d.y_name ? 28 : 14 }),
      tooltip: { trigger: "axis", valueFormatter: say },
      xAxis: d.categories
        ? { type: "category", boundaryGap: false, data: d.categories, axisLabel: { hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" }, ...(d.x_name ? below(d.x_name) : {}) }
        : { type: d.x_type || "value", ...(d.x_name ? below(d.x_name) : {}), splitLine: { show: false } },
      yAxis: { type: "value", scale: d.from_zero === false, name: d.y_name, splitNumber: 4, axisLabel: axis(say) },
      series: d.series.map((s, i) => ({
        type: "line",
        name: s.name,
        data: s.points,
        lineStyle: { color: s.colour ? v(s.colour) : colours[i % 4], width: i ? 2 : 2.5, type: s.dashed ? [6, 4] : "solid" },
        itemStyle: { color: s.colour ? v(s.colour) : colours[i % 4] },
        areaStyle: many ? undefined : { color: v("s1"), opacity: 0.5 },
        endLabel: many ? { show: true, formatter: s.end || s.name, color: i ? v("ink-2") : v("accent"), fontWeight: i ? 400 : 600 } : undefined,
        markLine: i ? undefined : dashed((d.lines || []).map(l => ({ name: l.label, [l.y === undefined ? "xAxis" : "yAxis"]: l.y === undefined ? l.x : l.y })), { color: v("ink-3"), formatter: p => p.name, position: "insideEndTop" }),
        markPoint: i ? undefined : { ...dot(v("accent"), { position: "top", distance: 8, formatter: p => p.data.words }), data: (d.marks || []).map(m => ({ coord: [m.x, m.y], words: m.label })) },
      })),
    };
  };

  kinds.histogram = d => {
    const say = format(d.x_unit || "money", d.symbol);
    const fill = { plain: "s4", watch: "c2", pale: "s1", danger: "danger" };
    const width = d.bins.length ? d.bins[0].to - d.bins[0].from : 1;
    const item = (params, api) => {
      const from = api.coord([api.value(0), api.value(2)]);
      const to = api.coord([api.value(1), 0]);
      return { type: "rect", shape: { x: from[0] + 1, y: from[1], width: Math.max(1, to[0] - from[0] - 2), height: to[1] - from[1], r: [2, 2, 0, 0] }, style: { fill: v(fill[d.bins[params.dataIndex].kind] || "s4") } };
    };
    return {
      grid: { ...roomy(d.x_name), right: 30, top: d.cuts && d.y_name ? 44 : 28 },
      tooltip: { trigger: "item", formatter: p => `${say(p.value[0])}–${say(p.value[1])}  ${fixed(p.value[2], 0)}` },
      xAxis: { type: "value", min: d.bins.length ? d.bins[0].from : 0, max: d.bins.length ? d.bins[d.bins.length - 1].to : 1, minInterval: width, splitLine: { show: false }, axisLabel: axis(say), ...(d.x_name ? below(d.x_name) : {}) },
      yAxis: { type: "value", name: d.y_name, nameGap: d.cuts ? 26 : 10, splitNumber: 4, axisLabel: { formatter: format("count") } },
      series: [{
        type: "custom",
        renderItem: item,
        encode: { x: [0, 1], y: 2 },
        data: d.bins.map(b => ({ value: [b.from, b.to, b.count], href: b.href })),
        markLine: { ...dashed((d.cuts || []).map((c, i) => ({ name: c.label, xAxis: c.x, label: { align: d.cuts.length > 1 && i === 0 ? "right" : "left" } })), { color: v("ink-2"), fontSize: 12, formatter: p => p.name, position: "end" }), lineStyle: { color: v("ink-3"), type: "dashed", width: 1 } },
      }],
    };
  };

  kinds.bars = d => {
    const say = format(d.unit || "count", d.symbol);
    const flat = d.horizontal;
    const names = { type: "category", data: d.categories, inverse: Boolean(flat), axisLabel: { hideOverlap: true } };
    const values = { type: "value", axisLabel: axis(say), splitNumber: 4, name: d.y_name };
    return {
      grid: box({ top: d.y_name ? 28 : 14 }),
      tooltip: { trigger: "axis", axisPointer: { type: "none" }, valueFormatter: say },
      legend: d.series.length > 1 ? { top: 0, right: 0 } : undefined,
      xAxis: flat ? values : names,
      yAxis: flat ? names : values,
      series: d.series.map((s, i) => ({
        type: "bar",
        name: s.name,
        stack: d.stacked ? "all" : undefined,
        data: s.values.map((value, at) => ({ value, href: (s.hrefs || [])[at] })),
        itemStyle: { color: s.colour ? v(s.colour) : d.series.length > 1 ? v(`c${i + 1}`) : v("accent"), borderRadius: d.stacked ? 0 : flat ? [0, 2, 2, 0] : [2, 2, 0, 0] },
      })),
    };
  };

  /* ---- drawing ---- */
  const drawn = new Map();
  function draw(element) {
    const source = document.getElementById(element.dataset.source);
    const make = kinds[element.dataset.chart];
    if (!source || !make || !window.echarts) return;
    const old = drawn.get(element);
    if (old) old.dispose();
    const chart = echarts.init(element, theme(), { renderer: "svg" });
    chart.setOption({ animation: false, aria: { enabled: false }, ...make(JSON.parse(source.textContent)) });
    chart.on("click", event => event.data && event.data.href && (location.href = event.data.href));
    drawn.set(element, chart);
  }
  function drawAll(inside = document) {
    for (const [element, chart] of drawn) if (!element.isConnected) chart.dispose(), drawn.delete(element);
    const found = [...(inside.querySelectorAll ? inside.querySelectorAll("[data-chart]") : [])];
    if (inside.matches && inside.matches("[data-chart]")) found.push(inside);
    found.filter(e => !drawn.has(e)).forEach(draw);
  }
  document.addEventListener("rg:theme", () => [...drawn.keys()].forEach(draw));
  document.addEventListener("htmx:load", event => drawAll(event.detail.elt));
  let width = innerWidth;
  addEventListener("resize", () => {
    if (Math.abs(innerWidth - width) > 1) drawn.forEach(chart => chart.resize());
    width = innerWidth;
  });
  drawAll();
  window.RG = Object.assign(window.RG || {}, { short, draw, drawAll });
})();
