"""Make the bucket that AUTOTRAIN_STORE names, and let it keep old versions; do nothing where it is so already."""

import os
import sys
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import ClientError


def main() -> str:
    """Make the bucket; return what was done, as a sentence."""
    store = urlsplit(os.environ["AUTOTRAIN_STORE"])
    if store.scheme != "s3" or not store.netloc:
        sys.exit("AUTOTRAIN_STORE has to be s3://BUCKET or s3://BUCKET/PREFIX.")
    bucket, s3, made = store.netloc, boto3.client("s3"), False
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
        s3.create_bucket(Bucket=bucket)
        made = True
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return f"Bucket {bucket} {'was made' if made else 'is there'}, and keeps old versions."


if __name__ == "__main__":
    print(main())
