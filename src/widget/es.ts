/** The widget's words in Spanish, a file of its own. */
import type { Words } from './strings.ts'

export const spanish: Words = {
  name: 'Tiempo de aprendizaje',

  active: 'Trabajando',
  idle: 'En calma',
  hidden: 'Fuera',
  paused: 'En pausa',
  suspended: 'No cuenta',
  left: 'No cuenta',
  flag: 'No cuenta',
  ended: 'Terminado',

  saved: 'Todo guardado',
  waiting: 'Guardando…',
  offline: 'Guardado en este equipo, se enviará al tener conexión',
  memory: 'Deja esta página abierta hasta que se guarde',
  unknown: 'Sin sesión iniciada, no se cuenta',
  notEnrolled: 'No estás en este curso, no se cuenta',
  held: 'Aún no estás en este curso, se guarda para cuando lo estés',
  preview: 'Vista previa, no se envía nada',

  pause: 'Pausa',
  resume: 'Seguir',
  details: 'Detalles',
  collapse: 'Hacer pequeño',
  expand: 'Mostrar el tiempo de aprendizaje',
  move: 'Mover a otra esquina',
  close: 'Cerrar',
  noDetails: 'Los detalles no se pueden cargar ahora',

  stillThere: '¿Sigues ahí?',
  stillHint: 'Basta una tecla o un clic.',
  here: 'Aquí estoy',
  onPaperAsk: '¿Estabas trabajando en papel?',
  onPaperYes: 'Sí, en papel',
  no: 'No',

  score: '{done} de {all} correctas',
  worked: '{time} de trabajo',
  today: 'Hoy',
  xpToday: 'XP de hoy',
  ofGoal: '{done} de {all}',

  thisRun: 'Esta vez',
  thisPage: 'Esta página',
  recorded: 'Registrado',
  timeline: 'Tu tiempo, en orden',
  onPaper: 'En papel',
  uncounted: 'No cuenta',
  onPaperSay: 'Estaba trabajando en papel',

  whyIdle: 'Ninguna tecla, clic ni desplazamiento durante un rato. Leer está bien.',
  whyHidden: 'Otra pestaña o ventana estaba delante.',
  whyPaused: 'Hiciste una pausa.',
  whyOnPaper: 'Lo dijiste tú.',
  whyLongIdle: 'Estuvo en calma mucho tiempo.',
  whyLongHidden: 'Otra pestaña o ventana estuvo delante mucho tiempo.',
  whySuspended: 'El equipo estaba en reposo.',
  whyLeft: 'Estuviste fuera un rato. Hola de nuevo.',
  whyFlag: 'La lección dijo que esto no cuenta.',

  help: '¿Qué se registra?',
  helpIs:
    'Se anota cuándo algo se mueve, se pulsa o se escribe aquí, cuándo esta página está delante y cuántas respuestas son correctas al terminar.',
  helpIsNot: 'Nunca se ve qué teclas pulsas, qué escribes ni qué haces en otro sitio.',
}
