// Search, filters and practice of the pages. Without this script the pages show all questions, and answers fold by themselves.
'use strict'
const data = document.body.dataset
const find = id => document.getElementById(id)
const filled = (element, ...values) => { element.textContent = element.dataset.words.replace(/\{(\d)\}/g, (_, at) => values[at]) }

// --- memory: {known: {id: true or false}, set: [[id, address], …]}; a browser without storage practises, and remembers nothing
const key = 'deckbuilder:' + data.deck
const memory = (() => {
  try { return JSON.parse(localStorage.getItem(key)) || {} } catch { return {} }
})()
memory.known ||= {}
memory.set ||= []
const remember = () => {
  try { localStorage.setItem(key, JSON.stringify(memory)) } catch { /* no storage here */ }
}

// The start page of a large deck names the topics only; their lists are in search.js.
function fillTopics () {
  let at = 0
  for (const section of document.querySelectorAll('main > section[data-size]')) {
    const list = document.createElement('ul')
    list.className = 'questions'
    for (const end = at + Number(section.dataset.size); at < end; at++) {
      const [id, , , title, code, address] = self.deckSearch[at]
      const item = document.createElement('li'), link = document.createElement('a')
      item.id = 'q-' + id
      link.href = address + '/index.html'
      link.textContent = title
      if (code) {
        const line = document.createElement('code')
        line.textContent = code
        link.append(' ', line)
      }
      item.append(link)
      list.append(item)
    }
    section.querySelector('p').replaceWith(list)
  }
  if (at && location.hash.startsWith('#q-')) find(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView()
}

function deckPage () {
  fillTopics()
  const form = find('find')
  const items = [...document.querySelectorAll('.questions li[id]')]
  const boxes = [...form.querySelectorAll('[name=tag]')]
  const texts = new Map(self.deckSearch.map(([id, tags, text]) => [id, { tags: tags.split(' '), text }]))
  const idOf = item => item.id.slice(2)   // after q-
  const shown = () => items.filter(item => !item.hidden)
  const mark = () => items.forEach(item => {
    item.querySelector('.mark')?.remove()
    if (!memory.known[idOf(item)]) return
    const sign = document.createElement('span')
    sign.className = 'mark'
    sign.textContent = '✓'
    item.append(sign)
  })
  const filter = () => {
    const words = find('words').value.toLowerCase().split(/\s+/).filter(Boolean)
    const tags = boxes.filter(box => box.checked).map(box => box.value)
    const unknown = find('unknown-only').checked
    for (const item of items) {
      const own = texts.get(idOf(item))
      const fits = words.every(word => own.text.includes(word)) && tags.every(tag => own.tags.includes(tag))
      item.hidden = !fits || (unknown && memory.known[idOf(item)] === true)
    }
    for (const section of document.querySelectorAll('main > section')) section.hidden = !section.querySelector('li:not([hidden])')
    filled(find('count'), shown().length, items.length)
    find('practise').disabled = !shown().length
  }
  const fromAddress = () => {
    const wanted = new URLSearchParams(location.hash.slice(1)).getAll('tag')
    for (const box of boxes) box.checked ||= wanted.includes(box.value)
    if (boxes.some(box => box.checked)) boxes[0].closest('details').open = true
    filter()
  }
  form.addEventListener('submit', event => event.preventDefault())
  form.addEventListener('input', filter)
  find('practise').addEventListener('click', () => {
    memory.set = shown().map(item => [idOf(item), item.querySelector('a').getAttribute('href')])
    remember()
    location.href = memory.set[0][1]
  })
  find('forget').addEventListener('click', () => {
    memory.known = {}
    remember()
    mark()
    filter()
  })
  form.hidden = false
  mark()
  fromAddress()
  addEventListener('hashchange', fromAddress)
  if (location.hash === '#done' && memory.set.length) {
    filled(find('done'), memory.set.filter(([id]) => memory.known[id]).length, memory.set.length)
    memory.set = []
    remember()
  }
}

function questionPage () {
  const answer = find('answer')
  const at = memory.set.findIndex(([id]) => id === data.id)
  const go = address => { location.href = '../' + address }
  const neighbour = rel => document.querySelector(`a[rel=${rel}]`)?.click()
  const judge = known => {
    memory.known[data.id] = known
    remember()
    go(at + 1 < memory.set.length ? memory.set[at + 1][1] : 'index.html#done')
  }
  if (at >= 0) {
    find('practice').hidden = false
    filled(find('step'), at + 1, memory.set.length)
    find('unknown').addEventListener('click', () => judge(false))
    find('known').addEventListener('click', () => judge(true))
    find('stop').addEventListener('click', () => { memory.set = []; remember(); go('index.html') })
  }
  document.querySelector('.keys').hidden = false
  const keys = {
    ' ': () => { answer.open = !answer.open },
    ArrowLeft: () => neighbour('prev'),
    ArrowRight: () => neighbour('next'),
    ...(at < 0 ? {} : { 1: () => judge(false), 2: () => judge(true) })
  }
  addEventListener('keydown', event => {
    const inside = event.target.closest('a, button, summary, input, pre, .tablewrap, audio, video')
    if (inside || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !keys[event.key]) return
    event.preventDefault()
    keys[event.key]()
  })
}

if (find('find')) deckPage()
else if (data.id) questionPage()
