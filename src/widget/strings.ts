/** Every word that the widget shows or speaks. To a learner, time is working, quiet, away or not counted. */
import type { Presence } from '../contract/entry.ts'
import type { Snapshot } from '../page/stint.ts'

export const strings = {
  name: 'Learning time',
  pause: 'Pause',
  resume: 'Go on',
  presence: {
    active: 'Working',
    idle: 'Quiet',
    hidden: 'Away',
    paused: 'Paused',
    suspended: 'Not counted',
    left: 'Not counted',
    flag: 'Not counted',
  } satisfies Record<Presence, string>,
  ended: 'Finished',
  sync: {
    saved: 'All saved',
    waiting: 'Saving…',
    offline: 'Saved on this device, will send when online',
    memory: 'Keep this page open until it is saved',
  } satisfies Record<Snapshot['sync'], string>,
  unknown: 'Not signed in, not counting',
  notEnrolled: 'Not in this course, not counting',
  held: 'Not in this course yet, saved for when you are',
  preview: 'Preview, nothing is sent',
}
