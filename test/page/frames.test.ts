// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readDocuments, readFocusedFrame } from '../../src/page/frames.ts'
import { addForeignFrame, addFrame, addShadow, focus } from './elements.ts'

afterEach(() => {
  focus(null)
  vi.restoreAllMocks()
})

describe('readDocuments', () => {
  it('is the page’s own where there is no frame', () => {
    expect(readDocuments()).toEqual([document])
  })

  it('are those of all frames of the same origin, at any depth', () => {
    const outer = addFrame()
    const inner = addFrame({ parent: outer.document.body })
    const innermost = addFrame({ parent: inner.document.body })
    const beside = addFrame()
    const found = readDocuments()
    expect(found).toHaveLength(5)
    expect(new Set(found)).toEqual(
      new Set([document, outer.document, inner.document, innermost.document, beside.document]),
    )
  })

  it('are not those of a frame of another origin, and nothing is thrown', () => {
    addForeignFrame()
    const { document: own } = addFrame()
    expect(readDocuments()).toEqual([document, own])
  })

  it('are there no more once their frame was taken away, with those in it', () => {
    const outer = addFrame()
    addFrame({ parent: outer.document.body })
    expect(readDocuments()).toHaveLength(3)
    outer.element.remove()
    expect(readDocuments()).toEqual([document])
  })
})

/** The frame that has the focus, and what was found on the way to it. */
function read() {
  const entered: (Document | ShadowRoot)[] = []
  return { frame: readFocusedFrame((root) => void entered.push(root)), entered }
}

describe('readFocusedFrame', () => {
  it('is no window while the focus is on the page itself, or on nothing', () => {
    addForeignFrame()
    expect(read().frame).toBeFalsy()
    const input = document.createElement('input')
    document.body.append(input)
    focus(input)
    expect(read().frame).toBeFalsy()
    input.remove()
  })

  it('is the window of the frame of another origin that has the focus', () => {
    const [one, other] = [addForeignFrame(), addForeignFrame()]
    focus(other.element)
    expect(read().frame).toBe(other.view)
    focus(one.element)
    expect(read().frame).toBe(one.view)
  })

  it('is none for a frame of the same origin: that one is listened to', () => {
    const frame = addFrame()
    focus(frame.element)
    frame.document.querySelector('input')?.focus()
    expect(read().frame).toBeFalsy()
  })

  it('is found inside a shadow root, and in one inside that', () => {
    const outer = addShadow()
    const inner = addShadow(outer)
    const { element, view } = addForeignFrame(inner)
    focus(element)
    expect(document.activeElement).toBe(outer.host)
    expect(read().frame).toBe(view)
  })

  it('is found inside a frame of the same origin', () => {
    const outer = addFrame()
    const { element, view } = addForeignFrame(outer.document.body)
    focus(outer.element)
    element.focus()
    expect(read().frame).toBe(view)
  })

  it('is none while another window has the focus, though the frame had it last', () => {
    focus(addForeignFrame().element)
    vi.spyOn(document, 'hasFocus').mockReturnValue(false)
    expect(read().frame).toBeFalsy()
  })

  it('tells of all that the focus is in, from the outside in: it may be found nowhere else', () => {
    const root = addShadow()
    const outer = addFrame({ parent: root })
    const { element, view } = addForeignFrame(outer.document.body)
    focus(outer.element)
    element.focus()
    expect(read()).toEqual({ frame: view, entered: [root, outer.document] })
    focus(null)
    expect(read().entered).toEqual([])
  })
})
