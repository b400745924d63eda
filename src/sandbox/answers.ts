/**
 * The bodies this server answers with, and nothing else: Caliper's own `status`/`message`/`errors`, the 1EdTech error
 * body that all Timeback services share, and OAuth's.
 */
import type { SchemaError } from './validate.ts'

/**
 * How a successful send is answered. The OpenAPI says `status`, the official SDK reads `jobId`, one integrator reads
 * `data.jobId`, others take 201 and an empty 204.
 */
export type ReplyStyle = 'status' | 'jobId' | 'data.jobId' | '201' | '204'

const CODE_MINOR = new Map([
  [400, 'invaliddata'],
  [401, 'unauthorisedrequest'],
  [403, 'forbidden'],
  [404, 'unknownobject'],
  [422, 'invaliddata'],
  [429, 'server_busy'],
])

/** Answers a send that was taken. Sources: Timeback Caliper OpenAPI, official Python SDK, public clients. */
export function toAccepted(style: ReplyStyle, jobId: string, eventsAccepted: number): Response {
  switch (style) {
    case 'status':
      return toSuccess('Events accepted')
    case 'jobId':
      return Response.json({ jobId, eventsAccepted })
    case 'data.jobId':
      return Response.json({ data: { jobId } })
    case '201':
      return toSuccess('Events accepted', 201)
    case '204':
      return new Response(null, { status: 204 })
  }
}

/** Source: Timeback Caliper OpenAPI, whose example has `errors: null`. */
export function toSuccess(message: string, status = 200): Response {
  return Response.json({ status: 'success', message, errors: null }, { status })
}

/** `message` is the first error's own sentence, so that a client which reads only that sees the known strings. */
export function toInvalid(errors: readonly SchemaError[]): Response {
  return Response.json(
    { status: 'error', message: errors[0]?.message ?? 'Invalid request', errors },
    { status: 400 },
  )
}

/** Source: Timeback Caliper OpenAPI, answers 400 and 404. */
export function toFailure(status: number, message: string): Response {
  return Response.json({ status: 'error', message, errors: null }, { status })
}

/**
 * The error body of 1EdTech's REST services; `details` names a field and what is wrong with it. Source: Timeback
 * OneRoster OpenAPI, shared by its other services.
 */
export function toImsFailure(
  status: number,
  description: string,
  details: readonly Record<string, string>[] = [],
): Response {
  const minor = {
    imsx_codeMinorFieldName: 'TargetEndSystem',
    imsx_codeMinorFieldValue: CODE_MINOR.get(status) ?? 'internal_server_error',
  }
  const body = {
    imsx_codeMajor: 'failure',
    imsx_severity: 'error',
    imsx_description: description,
    imsx_CodeMinor: { imsx_codeMinorField: [minor] },
    ...(details.length > 0 && { imsx_error_details: details }),
  }
  return Response.json(body, { status })
}

/** Source: RFC 6749, section 5.2. */
export function toOAuthFailure(status: number, error: string): Response {
  return Response.json({ error }, { status, headers: { 'cache-control': 'no-store' } })
}
