import type { Page } from '@playwright/test'
import { clusterOf, expect, test } from './fixtures'

const host = 'shop.example.com'
const list = (page: Page) => page.getByRole('list', { name: 'Rules in Envoy order' })
const words = (page: Page) => list(page).locator('.editor-words').allInnerTexts()

async function open(page: Page): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/c/${clusterOf(page)}/edit/istio-system/istio-ingressgateway/${host}`)
  await expect(list(page).getByRole('button').first()).toBeVisible()
}

async function drag(page: Page, from: number, to: number): Promise<void> {
  const rows = list(page).getByRole('listitem')
  const middle = (index: number) => rows.nth(index).evaluate((row) => { const { x, y, height } = row.getBoundingClientRect(); return { x, y: y + height / 2 } })
  const [start, end] = [await middle(from), await middle(to)]
  await page.mouse.move(start.x + 18, start.y)
  await page.mouse.down()
  await page.mouse.move(end.x + 60, end.y, { steps: 5 })
  await page.mouse.up()
}

test('rules are dragged within their object, refused past another’s, moved by keys, and put back', async ({ admin }) => {
  await open(admin)
  const before = await words(admin)
  const owners = await list(admin).locator('.editor-owner').allInnerTexts()
  const first = owners.findIndex((owner, index) => owners.indexOf(owner, index + 1) > 0)
  const second = owners.indexOf(owners[first] ?? '', first + 1)
  const foreign = owners.findIndex((owner) => owner !== owners[first])
  expect([first, second, foreign], 'two rules of one owner and one of another').not.toContain(-1)
  await drag(admin, first, second)
  // Behind the rule that takes everything it is not sent any more, and stays in the table all the same.
  await expect(list(admin).getByText(/moved, was http\[\d\]; never reached, by rule/)).toBeVisible()
  expect(await words(admin)).not.toEqual(before)

  await drag(admin, first, foreign)
  await expect(admin.getByText(/cannot be moved past rule/)).toBeVisible()

  await list(admin).getByRole('button').nth(second).press('Alt+ArrowUp')
  await expect(list(admin).getByText(/moved, was http/)).toHaveCount(0)
  expect(await words(admin)).toEqual(before)
})
