/**
 * Every word that the widget shows or speaks, in English. To a learner, time is working, quiet, away or not counted, and
 * nobody is ever blamed. A host's own table has the same names; what it leaves out stays English.
 */
export const english = {
  name: 'Learning time',

  active: 'Working',
  idle: 'Quiet',
  hidden: 'Away',
  paused: 'Paused',
  suspended: 'Not counted',
  left: 'Not counted',
  flag: 'Not counted',
  ended: 'Finished',

  saved: 'All saved',
  waiting: 'Saving…',
  offline: 'Saved on this device, will send when online',
  memory: 'Keep this page open until it is saved',
  unknown: 'Not signed in, not counting',
  notEnrolled: 'Not in this course, not counting',
  held: 'Not in this course yet, saved for when you are',
  preview: 'Preview, nothing is sent',

  pause: 'Pause',
  resume: 'Go on',
  details: 'Details',
  collapse: 'Make small',
  expand: 'Show learning time',
  move: 'Move to another corner',
  close: 'Close',
  noDetails: 'The details can’t be loaded now',

  stillThere: 'Still there?',
  stillHint: 'Any key or click will do.',
  here: 'I’m here',
  onPaperAsk: 'Were you working on paper?',
  onPaperYes: 'Yes, on paper',
  no: 'No',

  score: '{done} of {all} right',
  worked: '{time} of work',
  today: 'Today',
  xpToday: 'XP today',
  ofGoal: '{done} of {all}',

  thisRun: 'This run',
  thisPage: 'This page',
  recorded: 'Recorded',
  timeline: 'Your time, in order',
  onPaper: 'On paper',
  uncounted: 'Not counted',
  onPaperSay: 'I was working on paper',

  whyIdle: 'No key, click or scroll for a while. Reading is fine.',
  whyHidden: 'Another tab or window was in front.',
  whyPaused: 'You took a break.',
  whyOnPaper: 'You said so.',
  whyLongIdle: 'It was quiet for a long time.',
  whyLongHidden: 'Another tab or window was in front for a long time.',
  whySuspended: 'The computer was asleep.',
  whyLeft: 'You were gone for a while. Welcome back.',
  whyFlag: 'The lesson said that this does not count.',

  help: 'What is recorded?',
  helpIs:
    'It notes when something is moved, clicked or typed here, when this page is in front, and how many answers are right when you finish.',
  helpIsNot: 'It never sees which keys you press, what you write, or what you do elsewhere.',
}

export type Word = keyof typeof english
export type Words = Record<Word, string>

/** Puts values into a text: `{done} of {all}`. */
export const fill = (text: string, values: Record<string, string>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
