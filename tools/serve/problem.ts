// What can be wrong with how the server was started, as opposed to bugs: told in one sentence, without a stack.

/** `message` says what is wrong and what to do. */
export class Problem extends Error {
  override readonly name = 'Problem';
}
