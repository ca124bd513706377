export default function HomePage() {
  return <main>Meridian</main>
}
