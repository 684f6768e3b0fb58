"""ISO 19115 metadata, as ISO 19139 and as ISO 19115-3, to packages: pure, driven by `mapping.yaml` and `codes.yaml`."""
