import type { Metadata } from 'next'
import { MapScreen } from '@/components/map/map-screen'

export const metadata: Metadata = { title: 'Map' }

export default function MapPage() {
  return <MapScreen />
}
