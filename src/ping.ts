/**
 * The script for a page that is framed in another with Stint: `<script src="https://RELAY/ping.js"
 * data-parent="https://lms.example"></script>`. It tells the page around it when the learner does something here or
 * listens to something, never what. That page names this one's origin in its `data-frames`.
 */
import { pingParent } from './page/ping-parent.ts'

const { parent: origin } = document.currentScript?.dataset ?? {}

if (origin) pingParent(origin)
else console.error('[stint] ping.js wants data-parent, the origin of the page around it')
