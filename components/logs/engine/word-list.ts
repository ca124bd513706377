/** Words by number. Past the most it holds, all others are one word: `null`, which is read from the line itself. */
export interface WordList {
  readonly idOf: (word: string) => number
  readonly wordAt: (id: number) => string | null
}

/** An empty list of at most so many words. */
export function createWordList(most: number): WordList {
  const ids = new Map<string, number>()
  const words: (string | null)[] = [null]
  return {
    idOf(word) {
      const known = ids.get(word)
      if (known !== undefined) return known
      if (words.length >= most) return 0
      const id = words.push(word) - 1
      ids.set(word, id)
      return id
    },
    wordAt: (id) => words[id] ?? null,
  }
}
