"""Uploads a file with tuspy, and goes on after every error until it is whole.

Usage: tus_upload.py FILE ADDRESS_FILE PATH TOKEN CHUNK [CHECKSUM]. ADDRESS_FILE holds the service's address of the moment;
PATH is the upload's, or the collection's where it ends in /uploads. Prints the upload's path and how often it was resumed.
"""

import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

DEADLINE = time.monotonic() + 240


def main() -> int:
    file, address_file, path, token, chunk = sys.argv[1:6]
    checksum = sys.argv[6:] == ["checksum"]
    size, resumed = Path(file).stat().st_size, 0
    while True:
        try:
            address = Path(address_file).read_text().strip()
            client = TusClient(address + path, headers={"Authorization": f"Bearer {token}"})
            known = None if path.endswith("/uploads") else address + path
            uploader = client.uploader(
                file, url=known, chunk_size=int(chunk), upload_checksum=checksum,
                metadata={"filename": "suuri tiedosto.bin", "filetype": "application/x-test"})
            if not uploader.url:
                uploader.set_url(uploader.create_url())
            path = urlsplit(uploader.url).path
            while uploader.offset < size:
                uploader.upload_chunk()
            print(path, resumed)
            return 0
        except (TusCommunicationError, TusUploadFailed, OSError) as error:
            # A refusal for good is no interruption.
            status = getattr(error, "status_code", None)
            if status and status not in (409, 423, 500, 502, 503) or time.monotonic() > DEADLINE:
                raise
            resumed += 1
            time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
