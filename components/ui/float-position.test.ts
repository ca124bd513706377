import { expect, it } from 'vitest'
import { placeFloat } from './float-position'

const viewport = { width: 400, height: 300 }

it('stands under its anchor', () => {
  expect(placeFloat({ anchor: { left: 20, top: 10, width: 50, height: 20 }, float: { width: 100, height: 80 }, viewport, placement: 'below-start' })).toEqual({ left: 20, top: 34 })
})

it('turns over the anchor where there is no room below', () => {
  expect(placeFloat({ anchor: { left: 20, top: 260, width: 50, height: 20 }, float: { width: 100, height: 80 }, viewport, placement: 'below-start' }).top).toBe(176)
})

it('stays inside the viewport', () => {
  expect(placeFloat({ anchor: { left: 380, top: 10, width: 10, height: 20 }, float: { width: 100, height: 80 }, viewport, placement: 'below-start' }).left).toBe(292)
  expect(placeFloat({ anchor: { left: 0, top: 10, width: 10, height: 20 }, float: { width: 100, height: 500 }, viewport, placement: 'below-end' })).toEqual({ left: 8, top: 8 })
})
