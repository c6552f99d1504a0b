/** Pairs of letters that words are made of, the commonest of English first. */
const COMMON_PAIRS = new Set(
  `th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce li ch
  ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we
  na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap
  gr od bo sp rd do uc bu ei ov by rm ep tt oc fa ef cu rn sc gi da yo cr cl du ga qu ue ff ba ey ls va um pp ua up lu go ht ru ug ds lt
  pi rc rr eg au ck ew mu br bi pt ak ui rg ib tl ny ki rk ys ob mm fu ph og ms ye ud mb ip ub oi rl gu dr cc wn`.split(
    /\s+/,
  ),
);
const LONG_RUN = /^[a-z]{12,64}$/;

/** Whether twelve or more letters are an id that has no digit by chance: fewer than two thirds of their pairs are common. */
export function isRandomLetters(text: string): boolean {
  if (!LONG_RUN.test(text)) return false;
  let common = 0;
  for (let index = 1; index < text.length; index += 1) {
    if (COMMON_PAIRS.has(text.slice(index - 1, index + 1))) common += 1;
  }
  return common * 3 < (text.length - 1) * 2;
}
