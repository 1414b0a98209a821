// Sets formulas with Anki's MathJax, and touches them. Returns [formula, harm] for each that does more than show text.
async ([formulas, size]) => {
  const found = []
  const qa = document.getElementById('qa')
  const outside = []
  for (const style of ['top: 0; left: 0; right: 0; height: 40px', 'bottom: 0; left: 0; right: 0; height: 40px']) {
    const bar = document.createElement('div')   // in the place of a client's own buttons
    bar.style.cssText = `position: fixed; ${style}`
    document.body.append(bar)
    outside.push(bar)
  }
  const around = document.createElement('div')
  around.className = 'deckbuilder'
  around.style.cssText = 'margin: 60px 10px'
  qa.replaceChildren(around)
  const before = document.body.children.length
  const harms = root => {
    const seen = []
    for (const element of root.querySelectorAll('mjx-container, mjx-container *')) {
      const tag = element.localName
      if (!/^mjx-/.test(tag) && element.namespaceURI !== 'http://www.w3.org/1998/Math/MathML') seen.push(`<${tag}>`)
      for (const { name, value } of element.attributes) {
        if (/^on|^(href|src|srcset|action|formaction|ping|poster|background|xlink:href|srcdoc|data)$/.test(name)) seen.push(`${name}="${value}"`)
        if (name === 'id' && !/^mjx-eqn:/.test(value)) seen.push(`id="${value}"`)
        if (name === 'class' && !/^((mjx|MJX|TEX|CtxtMenu|MathJax|MathML)[\w-]*\s*)*$/.test(value)) seen.push(`class="${value}"`)
        if (name === 'style' && /url|image|fixed|sticky|absolute|z-index|expression|@|\\|content|animation|transition|filter/i.test(value)) seen.push(`style="${value}"`)
      }
    }
    return seen
  }
  const reaches = () => outside.some(bar => {
    const { left, top, width, height } = bar.getBoundingClientRect()
    return [.02, .3, .5, .7, .98].some(part => document.elementFromPoint(left + part * width, top + height / 2) !== bar)
  })
  const shows = async some => {
    const seen = []
    for (const call of ['alert', 'confirm', 'prompt', 'print', 'open']) window[call] = what => seen.push(`${call} is called (${what})`)
    MathJax.typesetClear()   // else MathJax looks at all formulas before, too
    around.innerHTML = some.map(formula => `<p>${formula}</p>`).join('')
    await MathJax.typesetPromise([qa]).catch(error => seen.push(`MathJax fails: ${error.message}`))
    seen.push(...harms(around))
    for (const element of around.querySelectorAll('mjx-container *'))
      for (const kind of ['mouseover', 'click', 'load', 'error']) element.dispatchEvent(new MouseEvent(kind, { bubbles: true }))
    if (document.body.children.length !== before) seen.push('an element outside the card')
    if (reaches()) seen.push('covers what is outside the card')
    if (location.pathname !== '/' || location.hash) seen.push(`the address is ${location.href}`)
    return seen
  }
  for (let at = 0; at < formulas.length; at += size) {
    const some = formulas.slice(at, at + size)
    if ((await shows(some)).length)
      for (const formula of some) found.push(...(await shows([formula])).map(harm => [formula, harm]))
  }
  await new Promise(done => setTimeout(done, 300))
  return found
}
