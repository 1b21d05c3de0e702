import { plugin } from "../attempt.ts";

/** In one piece, and filled. */
export default plugin({
  go: `const all = []; for (let n = 0; n < 50; n++) { try { all.push(new Array(2 ** 27).fill(1.1)); } catch (error) { bot.log.info(error.message); } } return all.length;`,
  mayBeEnded: true,
});
