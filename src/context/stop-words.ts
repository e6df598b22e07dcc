/** English words that say nothing about the subject of a fact; they are neither indexed nor searched. */
export const stopWords: ReadonlySet<string> = new Set(
  [
    'a an the this that these those such same other another each both all any some few more most own only',
    'i me my mine we us our ours you your yours he him his she her hers it its they them their theirs',
    'myself itself themselves who whom whose which what when where why how there here',
    'am is are was were be been being do does did doing done has have had having',
    'can could may might must shall should will would',
    'and or but nor so yet if then else than as because while until though although whether',
    'of at by for with about between into through during before after above below to from up down in out on off over',
    'under again further once per via not no too very just also even still already however',
  ]
    .join(' ')
    .split(' '),
);
