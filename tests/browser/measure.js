// Shows one side of a card after the other, as a client does (#qa gets new HTML), and returns the findings of each side.
// A finding is "kind: where: text". This code runs in the page; `sides` is [[name, html], …].
// `nights` has true for the look by night: a side with several looks is laid out once. Each result is [name, night, findings].
async ({ sides, nights, zoom }) => {
  const root = document.documentElement, qa = document.getElementById('qa');
  const toggle = (element, names, on) => (names || '').split(' ').filter(Boolean).forEach(name => element.classList.toggle(name, on));
  const look = night => {
    toggle(root, root.dataset.nightHtml, night);
    toggle(document.body, root.dataset.nightBody, night);
  };
  look(nights[0]);
  document.body.style.zoom = zoom;
  await document.fonts.ready;

  const quote = text => JSON.stringify(text.replace(/\s+/g, ' ').trim().slice(0, 50));
  const name = element => element.tagName.toLowerCase() + [...element.classList].map(one => '.' + one).join('');
  const where = element => {
    const names = [];
    for (let at = element; at && at !== qa && names.length < 3; at = at.parentElement) names.unshift(name(at));
    return names.join(' > ');
  };
  const visible = element => element.checkVisibility({ visibilityProperty: true });

  // --- colours, as numbers from 0 to 255 and an alpha from 0 to 1
  const colours = new Map();
  const colour = text => {
    if (!colours.has(text)) {
      const parts = text.match(/^rgba?\(([^)]*)\)$/);
      if (!parts) throw new Error('a colour that is not rgb: ' + text);
      const [r, g, b, a = 1] = parts[1].split(/[, /]+/).map(Number);
      colours.set(text, [r, g, b, a]);
    }
    return colours.get(text);
  };
  const over = (front, back) => [0, 1, 2].map(i => front[i] * front[3] + back[i] * (1 - front[3])).concat(1);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  let grounds;
  // The colour behind an element; null if the background is a picture or a gradient.
  const ground = element => {
    if (!element) return [255, 255, 255, 1];
    if (!grounds.has(element)) {
      const style = getComputedStyle(element), behind = ground(element.parentElement);
      const plain = style.backgroundImage === 'none' && style.opacity === '1' && style.filter === 'none';
      grounds.set(element, plain && behind ? over(colour(style.backgroundColor), behind) : null);
    }
    return grounds.get(element);
  };
  const holds = element => /auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX);
  const held = element => {
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) if (holds(at)) return true;
    return false;
  };
  const LEFT = [/\{\{c\d+::/, /\}\}\}\}/, /\[sound:/, /\[anki:/, /\[latex\]/, /```/, /&(lt|gt|amp|quot|#\d+);/, /<\/?(p|div|span|code|pre)>/, /\*\*\w/, /\[\[type:/, /^\s*\|.*\|\s*$/, /�/, /\[\^\w+\]/, /\]\(http/];

  const judge = () => {
    const findings = [], add = (kind, element, text = '') => findings.push(`${kind}: ${where(element)}: ${quote(text)}`);
    const width = root.clientWidth;
    grounds = new Map();
    let lowest = 99, smallest = 99;

    // --- text
    const walker = document.createTreeWalker(qa, NodeFilter.SHOW_TEXT), range = document.createRange();
    let anything = qa.querySelector('img, svg, video, audio, mjx-container, input');
    while (walker.nextNode()) {
      const node = walker.currentNode, element = node.parentElement;
      if (!node.data.trim() || /^(SCRIPT|STYLE)$/.test(element.tagName) || !visible(element)) continue;
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if (!box.width || !box.height) continue;
      anything = true;
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize) * (element.currentCSSZoom || 1);
      smallest = Math.min(smallest, size);
      if (size < 11.99 && !element.closest('mjx-container')) add(`text of ${size} px`, element, node.data);
      const back = ground(element);
      if (!back) add('text on a picture', element, node.data);
      else {
        const ratio = contrast(over(colour(style.color), back), back);
        lowest = Math.min(lowest, ratio);
        if (ratio < 4.5) add(`contrast of ${ratio.toFixed(2)}`, element, node.data);
      }
      if (element.closest('mjx-container')) continue;
      const code = element.closest('pre, code, kbd, samp, #typeans');
      if (!code && LEFT.some(pattern => pattern.test(node.data))) add('markup left over', element, node.data);
      if (!code && /\\[([]|\$\$/.test(node.data)) add('maths not rendered', element, node.data);
      if (/[㐀-鿿]/.test(node.data) && !element.closest('[lang]')) add('Han without lang', element, node.data);
      if (/center|right/.test(style.textAlign) && (code || (box.height > 60 && !element.closest('table, footer')))) add('not left-aligned', element, node.data);
    }
    if (!anything) findings.push('blank');

    // --- boxes
    if (root.scrollWidth > width + 1) findings.push(`page overflow: ${root.scrollWidth} px on ${width}`);
    for (const element of qa.querySelectorAll('*')) {
      if (/^(SCRIPT|STYLE|BR|WBR)$/.test(element.tagName) || element.closest('mjx-container, svg, .unseen') || !visible(element)) continue;
      const box = element.getBoundingClientRect();
      if (!box.width || !box.height) continue;
      if ((box.right > width + 1 || box.left < -1) && !held(element)) add(`sticks out, ${Math.round(box.left)} to ${Math.round(box.right)}`, element, element.textContent);
      const style = getComputedStyle(element);
      const hidden = [style.overflowX, style.overflowY].map(value => /hidden|clip/.test(value));
      if (hidden[0] && element.scrollWidth > element.clientWidth + 1) add('clipped sideways', element, element.textContent);
      if (hidden[1] && element.scrollHeight > element.clientHeight + 1 && !element.closest('details:not([open]) + .question')) add('clipped below', element, element.textContent);
      if (/auto|scroll/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1) {
        const frame = parseFloat(style.borderTopWidth) + parseFloat(style.borderBottomWidth);
        if (element.offsetHeight - element.clientHeight - frame < 3) add('scrolls without a bar', element, element.textContent);
        if (element.clientWidth < 100) add('a scroller of under 100 px', element, element.textContent);
      }
      if (element.matches('a[href], button, summary, input, select, label') && !element.control && (box.height < 23.9 || box.width < 23.9)) {
        const inline = style.display === 'inline' && element.closest('p, li, td, th, dd');   // WCAG 2.2 exempts links in sentences
        if (!inline) add(`target of ${Math.round(box.width)} x ${Math.round(box.height)} px`, element, element.textContent);
      }
    }
    for (const picture of qa.querySelectorAll('img')) if (!picture.naturalWidth) add('broken picture', picture, picture.getAttribute('src') || '');
    return { findings: [...new Set(findings)], lowest, smallest, height: root.scrollHeight };
  };

  const results = [];
  const judgeAll = label => {
    for (const night of nights) {
      if (nights.length > 1) look(night);
      results.push([label, night, judge()]);
    }
  };
  for (const [label, html] of sides) {
    qa.innerHTML = html;
    for (const details of qa.querySelectorAll('details')) details.open = false;
    if (qa.querySelector('img')) await Promise.all([...qa.querySelectorAll('img')].map(picture => picture.decode().catch(() => {})));
    if (window.MathJax && MathJax.typesetPromise && /\\[([]/.test(html)) {
      MathJax.typesetClear();
      await MathJax.typesetPromise([qa]);
    }
    judgeAll(label);
    if (qa.querySelector('details')) {
      for (const details of qa.querySelectorAll('details')) details.open = true;
      judgeAll(label + ', unfolded');
    }
  }
  return results;
}
