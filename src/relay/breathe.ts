/**
 * Lets others in. An embedded database answers within the turn that asked it, so long work would otherwise be one turn,
 * and no request could be taken until it is over.
 */
export const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
