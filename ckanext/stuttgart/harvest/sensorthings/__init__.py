"""From the entities of the OGC SensorThings API to datasets: groups of Datastreams. Pure."""
