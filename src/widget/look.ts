/** How the learner likes the widget: which corner, and whether it is only a dot. This browser remembers it, if it may. */
import { attempt } from '../page/kept.ts'
import { CORNERS, type Corner } from './options.ts'

export interface Look {
  corner: Corner
  isCollapsed: boolean
}

const KEY = 'stint:look'

/** What is kept may be anybody's work; what makes no sense is as if it were not there. */
export function readLook(corner: Corner | undefined): Look {
  const kept = attempt(() => JSON.parse(localStorage[KEY]) as Partial<Look> | null) ?? {}
  const isCorner = (one: Corner | undefined) => one !== undefined && CORNERS.includes(one)
  return {
    corner: [kept.corner, corner].find(isCorner) ?? 'bottom-end',
    isCollapsed: kept.isCollapsed === true,
  }
}

export const keepLook = ({ corner, isCollapsed }: Look) =>
  attempt(() => (localStorage[KEY] = JSON.stringify({ corner, isCollapsed })))
