/** Gives a blob to the person as a file. */
export function saveFile(blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = 'gateway.log'
  link.click()
  URL.revokeObjectURL(url)
}
