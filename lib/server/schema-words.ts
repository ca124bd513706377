import { config, locales } from 'zod/mini'

/** zod/mini says only "Invalid input" by itself, to spare the browser the words; a server's 400 should name what is wrong. */
config(locales.en())
