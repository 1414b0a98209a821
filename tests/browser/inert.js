// Shows sides of cards as clients do, and touches everything. Returns all scripts that ran, and all that is not allowed.
async ([sides, list]) => {
  const found = []
  const settle = () => new Promise(done => setTimeout(done, 60))
  const name = side => text => found.push([side, text])

  const hooked = (window, say) => {
    for (const call of ['alert', 'confirm', 'prompt', 'print', 'eval', 'open']) window[call] = what => say(`${call} is called (${what})`)
    window.document.addEventListener('click', event => {   // the client opens web links; a link with a script must run here
      const link = event.target.closest('a[href]')
      if (link && /^(https?|mailto|tel):/.test(link.href)) event.preventDefault()
    }, true)
  }

  const judge = (root, say) => {
    const document = root.ownerDocument
    for (const element of document.querySelectorAll('body *')) {
      const tag = element.localName, ours = element.closest('.deckbuilder')
      if (element === root || element.matches('#qa > style')) continue   // Anki's own style sheet
      if (element.closest('#qa > div:not(.deckbuilder)')?.querySelector('a[href^="https://docs.ankiweb.net"]')) continue   // Anki's message for a missing cloze
      if (!ours) say(`<${tag}> outside of the card`)
      if (element.namespaceURI !== 'http://www.w3.org/1999/xhtml' || !list.includes(tag)) {
        if (!element.matches('#typeans, .soundLink, .soundLink *')) say(`<${tag}> is on no list`)
        continue
      }
      for (const { name, value } of element.attributes) {
        if (/^on|^(srcset|srcdoc|action|formaction|ping|poster|background|xlink:href|data)$/.test(name) && !element.matches('.soundLink'))
          say(`${tag} ${name}="${value}"`)
        if (name === 'id' && !(element.matches('hr') && value === 'answer') && value !== 'typeans') say(`${tag} id="${value}"`)
        if (name === 'href' && !/^(https?|mailto|tel):/.test(element.href)) say(`${tag} href="${value}" is ${element.href}`)
        if (name === 'src' && !/^(https?:\/\/card\.test\/|data:image\/(png|gif|jpeg|webp|avif|bmp);|$)/.test(element.src)) say(`${tag} src="${value}"`)
        if (name === 'style' && /url|@|\\|expression|position|z-index|transform/i.test(value)) say(`${tag} style="${value}"`)
      }
      const style = document.defaultView.getComputedStyle(element)
      if (!['', 'static', 'relative'].includes(style.position) && element.id !== 'typeans') say(`${tag} is ${style.position}`)
    }
  }

  const touch = root => {
    for (const element of root.querySelectorAll('*')) {
      for (const kind of ['mouseover', 'mouseenter', 'pointerover', 'mousemove', 'focus', 'focusin', 'blur', 'toggle', 'load', 'error', 'animationstart',
        'animationend', 'transitionend', 'wheel', 'copy', 'cut', 'input', 'beforetoggle', 'scroll', 'loadstart'])
        element.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true }))
      if (element.matches('a, summary, button, input, b, div, table, ruby, q, label')) element.click?.()
    }
  }

  const title = document.title, address = location.href
  const qa = document.getElementById('qa')
  let say = null
  const tell = text => say(text)
  hooked(window, tell)
  const frame = document.createElement('iframe')
  document.body.append(frame)
  const inner = frame.contentDocument
  for (const [side, html] of sides) {
    say = name(side)
    // AnkiDroid's classic screen makes a new document for each side.
    inner.open()
    hooked(frame.contentWindow, tell)
    inner.write(`<!doctype html><html><head><base href="http://card.test/"></head><body class="card"><div id="qa">${html}</div></body></html>`)
    inner.close()
    const root = inner.getElementById('qa')
    if (root) { judge(root, say); touch(root) } else say('no card is left')
    // Other clients replace a part of the page. innerHTML runs no script, so each script is replaced by a copy, which runs.
    qa.innerHTML = html
    for (const script of qa.querySelectorAll('script')) {
      const again = document.createElement('script')
      for (const { name, value } of script.attributes) again.setAttribute(name, value)
      again.textContent = script.textContent
      script.replaceWith(again)
    }
    if (window.MathJax?.typesetPromise && /\\[([]|&#92;[([]|&bsol;/.test(html)) {
      await MathJax.typesetPromise([qa]).catch(() => {})
      for (const element of qa.querySelectorAll('mjx-container *, mjx-container')) {
        if (element.hasAttribute('href')) say(`maths with a link to ${element.getAttribute('href')}`)
        if (/url\(|fixed/.test(element.getAttribute('style') ?? '')) say(`maths with style="${element.getAttribute('style')}"`)
        if (element.id) say(`maths with id="${element.id}"`)
      }
    }
    await (sides.length === 1 ? settle() : new Promise(done => setTimeout(done)))
    qa.innerHTML = ''
    if (document.title !== title || location.href !== address) say('the page has another title or address')
  }
  await settle()
  return found
}
