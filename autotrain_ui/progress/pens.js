// Two pens with the same strokes: one paints on a canvas, one writes SVG. What is drawn cannot differ between them.

function canvasPen(context) {
  const path = (x, y, w, h, r) => {
    context.beginPath();
    context.roundRect(x, y, w, h, r);
  };
  return {
    fade(alpha) {
      context.globalAlpha = alpha;
    },
    block(x, y, w, h, fill, r = 0) {
      context.fillStyle = fill;
      if (!r) return context.fillRect(x, y, w, h);
      path(x, y, w, h, r);
      context.fill();
    },
    ring(x, y, w, h, edge, thick, r = 0) {
      context.strokeStyle = edge;
      context.lineWidth = thick;
      path(x + thick / 2, y + thick / 2, w - thick, h - thick, Math.max(r - thick / 2, 0));
      context.stroke();
    },
    line(points, edge, thick) {
      context.strokeStyle = edge;
      context.lineWidth = thick;
      context.beginPath();
      for (const [x1, y1, x2, y2] of points) {
        context.moveTo(x1, y1);
        context.lineTo(x2, y2);
      }
      context.stroke();
    },
    wedge(points, fill) {
      context.fillStyle = fill;
      context.beginPath();
      for (const [x, y] of points) context.lineTo(x, y);
      context.fill();
    },
    text(x, y, text, { fill, font, size, weight = 400, align = "start" }) {
      context.fillStyle = fill;
      context.font = `${weight} ${size}px ${font}`;
      context.textAlign = align;
      context.textBaseline = "middle";
      context.fillText(text, x, y);
    },
    width(text, { font, size, weight = 400 }) {
      context.font = `${weight} ${size}px ${font}`;
      return context.measureText(text).width;
    },
  };
}

// What XML 1.0 cannot hold is left out: control characters and halves of surrogate pairs.
function xml(text) {
  return String(text)
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function svgPen(measure) {
  const pieces = [];
  let faded = "";
  const short = (number) => String(Math.round(number * 100) / 100);
  const write = (name, values) => {
    const written = Object.entries(values).map(([key, value]) => `${key}="${typeof value === "number" ? short(value) : xml(value)}"`);
    pieces.push(`<${name} ${written.join(" ")}${faded}/>`);
  };
  return {
    pieces,
    fade(alpha) {
      faded = alpha < 1 ? ` opacity="${alpha}"` : "";
    },
    block(x, y, width, height, fill, r = 0) {
      write("rect", r ? { x, y, width, height, rx: r, fill } : { x, y, width, height, fill });
    },
    ring(x, y, w, h, stroke, thick, r = 0) {
      const half = thick / 2;
      const rx = Math.max(r - half, 0);
      write("rect", { x: x + half, y: y + half, width: w - thick, height: h - thick, rx, fill: "none", stroke, "stroke-width": thick });
    },
    line(points, stroke, thick) {
      const d = points.map(([x1, y1, x2, y2]) => `M${short(x1)} ${short(y1)}L${short(x2)} ${short(y2)}`).join("");
      write("path", { d, fill: "none", stroke, "stroke-width": thick });
    },
    wedge(points, fill) {
      write("path", { d: `M${points.map(([x, y]) => `${short(x)} ${short(y)}`).join("L")}Z`, fill });
    },
    text(x, y, text, { fill, font, size, weight = 400, align = "start" }) {
      const anchor = { start: "start", center: "middle", end: "end" }[align];
      pieces.push(
        `<text x="${short(x)}" y="${short(y)}" fill="${xml(fill)}" font-family="${xml(font)}" font-size="${short(size)}"` +
          ` font-weight="${weight}" text-anchor="${anchor}" dominant-baseline="central" xml:space="preserve">${xml(text)}</text>`,
      );
    },
    width: measure,
  };
}
